"""What PyTorch reaches on the very split of a run of alexft: the default training, on the same photos.

    alexft train --data DIR --seed 0 --out models/seed0        (and so on)
    pip install torch==2.13.0 "pillow>=12,<13" numpy
    python bench/same_split.py DIR WEIGHTS.safetensors models/seed0 models/seed1 ...

WEIGHTS holds the five ImageNet convolutions (alexft keeps them in its cache, weights/). They are frozen, so both flips
of each photo go through them once; then the classifier is trained as alexft's defaults say: 5 epochs of batches of 128,
Adam at 1e-4, flips, dropout. Prints the validation accuracy and loss of each epoch.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

sys.path.insert(0, str(Path(__file__).parents[1] / "test" / "golden"))
from make_golden import alexnet  # noqa: E402

MEAN = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
STD = torch.tensor([0.229, 0.224, 0.225])[:, None, None]


def read_safetensors(path):
    content = Path(path).read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    header.pop("__metadata__", None)

    def tensor(entry):
        first, end = (start + offset for offset in entry["data_offsets"])
        return torch.from_numpy(np.frombuffer(content[first:end], np.float32).reshape(entry["shape"]).copy())

    return {name: tensor(entry) for name, entry in header.items()}


def image(path):
    with Image.open(path) as image:
        pixels = np.array(image.convert("RGB").resize((224, 224), Image.Resampling.BILINEAR))
    return (torch.from_numpy(pixels).permute(2, 0, 1).float() / 255 - MEAN) / STD


@torch.no_grad()
def features(data, files, weights):
    """[2, files, 9216]: as they are, and mirrored."""
    model = alexnet()
    model.load_state_dict(read_safetensors(weights), strict=False)
    result = torch.empty(2, len(files), 9216)
    for start in range(0, len(files), 64):
        batch = torch.stack([image(data / file) for file in files[start : start + 64]])
        for flip in (0, 1):
            result[flip, start : start + 64] = model.features(batch.flip(3) if flip else batch).flatten(1)
    return result


def train(inputs, labels, train, validation, seed):
    torch.manual_seed(seed)
    model = alexnet()
    model.classifier[6] = nn.Linear(4096, int(labels.max()) + 1)
    classifier = model.classifier
    optimizer = torch.optim.Adam(classifier.parameters(), lr=1e-4)
    for _ in range(5):
        classifier.train()
        for batch in train[torch.randperm(len(train))].split(128):
            flips = (torch.rand(len(batch)) < 0.5).long()
            optimizer.zero_grad()
            nn.functional.cross_entropy(classifier(inputs[flips, batch]), labels[batch]).backward()
            optimizer.step()
        classifier.eval()
        with torch.no_grad():
            logits = classifier(inputs[0, validation])
        right = (logits.argmax(1) == labels[validation]).float().mean().item()
        yield right, nn.functional.cross_entropy(logits, labels[validation]).item()


def main(data, weights, *runs):
    records = [json.loads((Path(run) / "split.json").read_text()) for run in runs]
    files = sorted(entry["file"] for entry in records[0]["files"])
    classes = {entry["file"]: entry["class"] for entry in records[0]["files"]}
    names = sorted(set(classes.values()))
    labels = torch.tensor([names.index(classes[file]) for file in files])
    inputs = features(Path(data), files, weights)
    for run, record in zip(runs, records):
        side = {entry["file"]: entry["side"] for entry in record["files"]}
        parts = [torch.tensor([i for i, f in enumerate(files) if side[f] == s]) for s in ("train", "validation")]
        epochs = train(inputs, labels, *parts, record["seed"])
        print(run, *(f"{accuracy:.3f}/{loss:.3f}" for accuracy, loss in epochs), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
