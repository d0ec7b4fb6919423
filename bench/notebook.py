"""The lesson's training loop in plain PyTorch and Pillow, seeded: what `alexft train --reference torch` follows.

    pip install torch==2.13.0 "pillow>=12,<13" numpy
    python bench/notebook.py --data ../shared/data/PetImages                                    # from scratch, all layers
    python bench/notebook.py --data DIR --weights FEATURES.safetensors --trainable classifier   # pretrained

Prints a line of JSON an epoch. As in the notebook, one dataset with one transform (resize, flip, normalize) is divided
by random_split, so validation images are mirrored too; the order of an epoch, the flips and the dropout masks are drawn
from torch's default generator in turn (num_workers=0). Three things differ from the notebook, each for a reason: the
generator is seeded; validation runs in eval() mode (the notebook's loop leaves dropout on); and an epoch's figures are
means over its images, where the notebook takes the mean of the batches' means, in which a short last batch counts as
much as a full one. torchvision is not needed: its AlexNet, its ImageFolder and its transforms are written out.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset, random_split

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "bench"), str(ROOT / "test" / "golden")]
from make_golden import alexnet  # noqa: E402
from same_split import read_safetensors  # noqa: E402

EXTENSIONS = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")
MEAN = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
STD = torch.tensor([0.229, 0.224, 0.225])[:, None, None]


class Images(Dataset):
    """`load(i)` gives image i as uint8 [height, width, 3]; `flip` is RandomHorizontalFlip."""

    def __init__(self, load, labels, flip=True):
        self.load, self.labels, self.flip = load, labels, flip

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        image = torch.from_numpy(self.load(index)).permute(2, 0, 1)
        if self.flip and torch.rand(1) < 0.5:
            image = image.flip(2)
        return (image.float().div(255) - MEAN) / STD, self.labels[index]


def pixels(file):
    """ImageFolder's loader and Resize((224, 224)): uint8 [224, 224, 3]."""
    with Image.open(file) as image:
        return np.array(image.convert("RGB").resize((224, 224), Image.Resampling.BILINEAR))


def image_folder(root, flip=True):
    """ImageFolder(root) with Resize((224, 224)) and the transforms above."""
    files, labels = [], []
    classes = sorted(entry.name for entry in os.scandir(root) if entry.is_dir())
    for label, name in enumerate(classes):
        for folder, _, names in sorted(os.walk(os.path.join(root, name), followlinks=True)):
            found = [os.path.join(folder, file) for file in sorted(names) if file.lower().endswith(EXTENSIONS)]
            files += found
            labels += [label] * len(found)

    return Images(lambda index: pixels(files[index]), labels, flip), classes


def split(dataset, share=0.1):
    kept = int((1 - share) * len(dataset))
    return random_split(dataset, [kept, len(dataset) - kept])


def freeze(model, trainable):
    """Leaves the named part to be trained; returns its parameters."""
    part = {"all": model, "classifier": model.classifier, "head": model.classifier[6]}[trainable]
    model.requires_grad_(False)
    part.requires_grad_(True)
    return list(part.parameters())


def train(model, parts, optimizer, epochs, batch_size, autocast=False):
    """The notebook's loop. Yields the figures of each epoch. `autocast`: the network in bfloat16, the loss in float32."""
    loss_fn = nn.CrossEntropyLoss(reduction="none")
    train_loader = DataLoader(parts[0], batch_size=batch_size, shuffle=True, num_workers=0)
    val_loader = DataLoader(parts[1], batch_size=batch_size, shuffle=False, num_workers=0)
    for epoch in range(1, epochs + 1):
        start = time.perf_counter()
        steps, figures = [], {}
        for side, loader in (("train", train_loader), ("validation", val_loader)):
            model.train(side == "train")
            losses, correct = [], 0
            for image, label in loader:
                with torch.set_grad_enabled(side == "train"):
                    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
                        out = model(image).float()
                    loss = loss_fn(out, label)
                if side == "train":
                    optimizer.zero_grad()
                    loss.mean().backward()
                    optimizer.step()
                    steps.append(loss.mean().item())
                losses += loss.tolist()
                correct += (out.argmax(1) == label).sum().item()
            figures[side] = sum(losses) / len(losses), correct / len(losses)
        yield {
            "epoch": epoch,
            "loss": figures["train"][0],
            "accuracy": figures["train"][1],
            "valLoss": figures["validation"][0],
            "valAccuracy": figures["validation"][1],
            "seconds": time.perf_counter() - start,
            "steps": steps,
        }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--lr", type=float, default=1e-4)
    parser.add_argument("--weights", help="a .safetensors or .pth file; the parameters that it lacks start fresh")
    parser.add_argument("--trainable", choices=("all", "classifier", "head"), default="all")
    parser.add_argument("--channels-last", action="store_true", help="PyTorch's other memory layout")
    parser.add_argument("--autocast", action="store_true", help="convolutions and matrix products in bfloat16")
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)

    torch.manual_seed(options.seed)
    dataset, classes = image_folder(options.data)
    parts = split(dataset)
    model = alexnet()
    given = {}
    if options.weights:
        read = read_safetensors if options.weights.endswith(".safetensors") else torch.load
        given = read(options.weights)
        model.load_state_dict(given, strict=False)
    model.classifier[6] = nn.Linear(4096, len(classes))
    if options.channels_last:
        model = model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(freeze(model, options.trainable), lr=options.lr)
    print(json.dumps({"train": len(parts[0]), "validation": len(parts[1]), "loaded": sorted(given)}), flush=True)
    for figures in train(model, parts, optimizer, options.epochs, options.batch_size, options.autocast):
        print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
