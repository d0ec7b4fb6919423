"""Loads a .pth file with PyTorch: the reference for torchWriter.test.ts.

    python3 loadTorch.py FILE [NETWORK [IMAGE...]]

Prints JSON: the shapes of the tensors, the SHA-256 of their values, and the logits of the images. NETWORK is JSON, the
arguments of alexnet(), which must match the state dict strictly.
"""

import hashlib
import json
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "golden"))
from reference_network import alexnet

file, *rest = sys.argv[1:]
state = torch.load(file, weights_only=True)
mapped = torch.load(file, weights_only=True, mmap=True)
found = {"tensors": {}, "logits": []}
for name, tensor in state.items():
    assert tensor.dtype == torch.float32 and tensor.is_contiguous() and not tensor.requires_grad, name
    assert torch.equal(tensor, mapped[name]), f"{name}, mapped"
    found["tensors"][name] = [list(tensor.shape), hashlib.sha256(tensor.numpy().tobytes()).hexdigest()]

if rest:
    import numpy
    from PIL import Image

    model = alexnet(**json.loads(rest[0]))
    model.load_state_dict(state, strict=True)
    model.eval()
    mean = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
    std = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
    for path in rest[1:]:
        image = Image.open(path).convert("RGB").resize((224, 224), Image.BILINEAR)
        values = torch.from_numpy(numpy.array(image)).permute(2, 0, 1).float().div(255)
        with torch.no_grad():
            found["logits"].append(model(((values - mean) / std)[None])[0].tolist())
print(json.dumps(found))
