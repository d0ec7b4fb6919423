"""Writes src/doctor/figures.json: reference values from PyTorch and Pillow, with which `alexft doctor` compares.

    pip install torch==2.13.0 "pillow>=12,<13" numpy
    python scripts/doctorFigures.py && npx biome check --write src/doctor/figures.json

Run it on a CPU that is not Intel's, where PyTorch's MKL builds draw other dropout masks. src/doctor/figures.ts describes
the fields.
"""

import base64
import hashlib
import io
import json
import math
import sys
from pathlib import Path

import PIL
import torch
from PIL import Image, ImageDraw
from torch import nn

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "test" / "golden"))
from reference_network import alexnet, generator  # noqa: E402

OUT = ROOT / "src" / "doctor" / "figures.json"
CLASSES, BATCH = 2, 4
LABELS = [i % CLASSES for i in range(BATCH)]
SEEDS = {"network": 0, "input": 1, "dropout": 2, "projection": 3}
# A newly initialized AlexNet scales its input down a thousand times. With a small input, the logits would consist of little
# but the last layers' biases.
AMPLITUDE = 256
PROJECTIONS = 8
# Factors of the gradients for the optimizers' steps. With equal gradients, Adam's moments and their bias corrections would
# cancel.
SCALES = (1.0, 0.5)
OPTIMIZERS = {
    "adam": (torch.optim.Adam, {"lr": 1e-4}),
    "sgd": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
}


class FixedDropout(nn.Module):
    """nn.Dropout with a given mask, the same in float32 and float64."""

    def __init__(self, mask):
        super().__init__()
        self.mask = mask

    def forward(self, x):
        return x * self.mask.to(x.dtype) if self.training else x


def compute(dtype=torch.float32, memory_format=torch.contiguous_format, autocast=False):
    """Logits, loss, gradients, and the changes of the parameters by each optimizer: a step for each scale of the gradients.

    `autocast`: convolutions and matrix products in bfloat16, the loss in float32.
    """
    torch.manual_seed(SEEDS["network"])
    model = alexnet()
    model.classifier[6] = nn.Linear(4096, CLASSES)
    torch.manual_seed(SEEDS["dropout"])
    for layer, inputs in ((0, 9216), (3, 4096)):
        model.classifier[layer] = FixedDropout(nn.functional.dropout(torch.ones(BATCH, inputs), 0.5, training=True))
    images = torch.empty(BATCH, 3, 224, 224).uniform_(-AMPLITUDE, AMPLITUDE, generator=generator(SEEDS["input"]))
    model = model.to(dtype=dtype, memory_format=memory_format)
    images = images.to(dtype=dtype, memory_format=memory_format)

    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
        logits = model.eval()(images).detach()
        trained = model.train()(images)
    loss = nn.functional.cross_entropy(trained.to(dtype), torch.tensor(LABELS))
    loss.backward()
    parameters = dict(model.named_parameters())
    gradients = {name: p.grad.clone() for name, p in parameters.items()}
    before = {name: p.detach().clone() for name, p in parameters.items()}
    changes = {}
    for kind, (optimizer, options) in OPTIMIZERS.items():
        model.load_state_dict(before, strict=False)
        stepper = optimizer(parameters.values(), **options)
        for scale in SCALES:
            for name, p in parameters.items():
                p.grad = gradients[name] * scale
            stepper.step()
        changes[kind] = {name: p.detach().double() - before[name].double() for name, p in parameters.items()}
    return {"logits": logits, "loss": loss.detach(), "gradients": gradients, **changes}


def relative(values, reference):
    return ((values.double() - reference.double()).norm() / reference.double().norm()).item()


def spread(usual, other):
    """Relative differences of two computations; for parameters, the largest."""
    found = {}
    for key, value in usual.items():
        pairs = value.items() if isinstance(value, dict) else [(None, value)]
        found[key] = max(relative(other[key] if name is None else other[key][name], v) for name, v in pairs)
    return found


def summaries(tensors):
    """Each tensor's norm and its projections onto a random vector from U(-1, 1): sum k is over the values k, k + 8 ...

    One generator draws the vectors, tensor by tensor.
    """
    g = generator(SEEDS["projection"])
    result = []
    for name, values in tensors.items():
        values = values.double().contiguous().flatten()
        products = values * torch.empty(values.numel()).uniform_(-1, 1, generator=g).double()
        sums = [products[k::PROJECTIONS].sum().item() for k in range(PROJECTIONS)]
        result.append({"name": name, "norm": values.norm().item(), "projections": sums})
    return result


def jpeg_image():
    """A small JPEG with odd sides and chroma subsampling, and the hashes of Pillow's pixels."""
    width, height = 61, 47
    drawn = Image.new("RGB", (width, height))
    drawn.putdata([(4 * x, 5 * y, (x * y) % 256) for y in range(height) for x in range(width)])
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((8, 6, 40, 36), fill=(230, 180, 40), outline=(20, 20, 60))
    pen.polygon([(30, 40), (56, 12), (58, 42)], fill=(40, 90, 200))
    file = io.BytesIO()
    drawn.save(file, "JPEG", quality=80)
    with Image.open(io.BytesIO(file.getvalue())) as image:
        pixels = image.convert("RGB")
    resized = pixels.resize((224, 224), Image.Resampling.BILINEAR)
    return {
        "jpeg": base64.b64encode(file.getvalue()).decode(),
        "pixels": hashlib.sha256(pixels.tobytes()).hexdigest(),
        "resized": hashlib.sha256(resized.tobytes()).hexdigest(),
    }


def rounded(value):
    """Rounds to ten digits, more than float32 has."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{value:.9e}") if isinstance(value, float) and math.isfinite(value) else value


def main():
    usual = compute()
    others = [compute(dtype=torch.float64), compute(memory_format=torch.channels_last)]
    spreads = [spread(usual, other) for other in others]
    furthest = {key: max(found[key] for found in spreads) for key in spreads[0]}
    autocast = spread(usual, compute(autocast=True))
    print("PyTorch from its float64:", spreads[0])
    print("PyTorch from its channels_last:", spreads[1])
    print("PyTorch from its autocast in bfloat16:", autocast)
    # If a ReLU's input is zero within rounding, engines may round it to different signs, and gradients differ a thousand times
    # more. That is not the case for this seed.
    assert furthest["gradients"] < 3e-6, "use another seed for the input"
    steps = {
        kind: {"options": {"momentum": 0, **options}, "changes": summaries(usual[kind])}
        for kind, (_, options) in OPTIMIZERS.items()
    }
    content = rounded({
        "versions": {"torch": torch.__version__.split("+")[0], "pillow": PIL.__version__},
        "seeds": SEEDS,
        "amplitude": AMPLITUDE,
        "labels": LABELS,
        "scales": SCALES,
        "logits": usual["logits"].flatten().tolist(),
        "loss": usual["loss"].item(),
        "gradients": summaries(usual["gradients"]),
        **steps,
        "spread": furthest,
        "autocast": autocast,
        "image": jpeg_image(),
    })
    OUT.write_text(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    main()
