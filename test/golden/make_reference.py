"""Writes reference.json: what the script that `--reference torch` follows (bench/notebook.py) draws and reaches.

    pip install torch==2.13.0 "pillow>=12,<13" numpy
    python test/golden/make_reference.py
"""

import sys
from pathlib import Path

import torch
from torch import nn

sys.path.append(str(Path(__file__).resolve().parents[2] / "bench"))
import notebook  # noqa: E402
from make_golden import alexnet, sha256, write  # noqa: E402

SEED, IMAGES, CLASSES, BATCH, EPOCHS = 7, 37, 3, 8, 3
NARROW = {"convolutions": (4, 8, 12, 8, 8), "hidden": (16, 12)}
LABELS = [i * CLASSES // IMAGES for i in range(IMAGES)]


def noise(index):
    """Image `index`: bytes of torch's generator, [224, 224, 3], brighter by its class in one channel."""
    generator = torch.Generator().manual_seed(1000 + index)
    image = (torch.rand(224, 224, 3, generator=generator) * 128).to(torch.uint8)
    image[:, : 112 - 40 * (index % 2), LABELS[index]] += 100
    return image.numpy()


class Recorder(nn.Module):
    """In a network's place: notes each batch's masks, and draws them as its Dropout layers would."""

    def __init__(self, widths):
        super().__init__()
        self.widths, self.masks = widths, []
        self.weight = nn.Parameter(torch.zeros(CLASSES))

    def forward(self, x):
        if self.training:
            masks = [nn.functional.dropout(torch.ones(len(x), width), 0.5) for width in self.widths]
            self.masks.append([sha256(mask) for mask in masks])
        return self.weight.expand(len(x), CLASSES)


def draws():
    """Split, then three epochs of looks at images and of masks, as the loop makes them."""
    torch.manual_seed(SEED)
    looks = []

    class Watched(notebook.Images):
        def __getitem__(self, index):
            before = torch.get_rng_state()
            flip = bool(torch.rand(1) < 0.5)
            torch.set_rng_state(before)
            looks.append([index, int(flip)])
            return super().__getitem__(index)

    parts = notebook.split(Watched(noise, LABELS))
    alexnet(**NARROW)
    nn.Linear(NARROW["hidden"][1], CLASSES)
    model = Recorder([NARROW["convolutions"][4] * 36, NARROW["hidden"][0]])
    optimizer = torch.optim.SGD(model.parameters(), lr=0)
    epochs = []
    for _ in notebook.train(model, parts, optimizer, EPOCHS, BATCH):
        seen, model.masks, steps = looks[:], [], model.masks
        looks.clear()
        epochs.append({"train": seen[: len(parts[0])], "validation": seen[len(parts[0]) :], "masks": steps})
    return {"train": list(parts[0].indices), "validation": list(parts[1].indices), "epochs": epochs}


def training(name, max_norm=None, **options):
    torch.manual_seed(SEED)
    parts = notebook.split(notebook.Images(noise, LABELS))
    model = alexnet(**NARROW)
    model.classifier[6] = nn.Linear(NARROW["hidden"][1], CLASSES)
    optimizer = getattr(torch.optim, name)(model.parameters(), **options)
    if max_norm:

        def clip(*_):
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)

        optimizer.register_step_pre_hook(clip)
    epochs = list(notebook.train(model, parts, optimizer, EPOCHS, BATCH))
    for figures in epochs:
        del figures["seconds"]
    return {"optimizer": name.lower(), "maxNorm": max_norm, **options, "epochs": epochs}


def main():
    torch.set_num_threads(1)
    setting = {"seed": SEED, "images": IMAGES, "classes": CLASSES, "batch": BATCH, "labels": LABELS}
    runs = [training("SGD", lr=0.01, momentum=0.9), training("Adam", lr=1e-3)]
    runs.append(training("SGD", max_norm=0.1, lr=0.1))
    write("reference", {**setting, "samples": draws(), "runs": runs})


if __name__ == "__main__":
    main()
