"""What a user would run instead of alexft, in PyTorch: a training, or predictions for images without labels.

    python rivals.py train RIVAL --data DIR --weights FILE --trainable all --epochs 3
    python rivals.py predict RIVAL --data DIR --weights FILE

RIVAL is `tutorial`: the lesson's loop as it stands, images decoded in turn with the steps; `best`: the same training
by a user who knows PyTorch (channels_last, fused Adam, as many loader workers as cores, images kept as bytes until
they are a batch); or `cached`: that, and what the frozen convolutions make of each image and of its mirror image is
computed once and kept in memory. Prints {"event": "step", ...} a step, as `alexft train --json` does. None of them saves
anything, as the lesson does not.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "bench"), str(ROOT / "test" / "golden")]
from notebook import EXTENSIONS, MEAN, STD, Images, freeze, image_folder, pixels, split  # noqa: E402
from reference_network import alexnet  # noqa: E402
from same_split import read_safetensors  # noqa: E402


class Bytes(Dataset):
    """Images as bytes [3, 224, 224], flipped or not: a quarter of what is sent from a worker otherwise."""

    def __init__(self, images):
        self.images = images

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        image = torch.from_numpy(self.images.load(index)).permute(2, 0, 1)
        if self.images.flip and torch.rand(1) < 0.5:
            image = image.flip(2)
        return image, self.images.labels[index]


class Best:
    """How the one who knows PyTorch loads and computes."""

    layout = torch.channels_last
    fused = True
    look = staticmethod(torch.inference_mode)

    def __init__(self, device, workers):
        self.device, self.workers = device, workers

    def images(self, images):
        return Bytes(images)

    def loader(self, dataset, batch_size, shuffle):
        kept = {"persistent_workers": True, "prefetch_factor": 2} if self.workers else {}
        return DataLoader(dataset, batch_size, shuffle=shuffle, num_workers=self.workers, **kept)

    def inputs(self, batch):
        batch = batch.to(self.device, memory_format=self.layout)
        return (batch.float().div_(255) - MEAN.to(self.device)).div_(STD.to(self.device))


class Tutorial:
    """How the lesson does."""

    layout = torch.contiguous_format
    fused = None
    look = staticmethod(torch.no_grad)

    def __init__(self, device, _workers):
        self.device = device

    def images(self, images):
        return images

    def loader(self, dataset, batch_size, shuffle):
        return DataLoader(dataset, batch_size, shuffle=shuffle)

    def inputs(self, batch):
        return batch.to(self.device)


def make_model(way, classes, weights):
    model = alexnet()
    model.classifier[6] = nn.Linear(4096, classes)
    given = read_safetensors(weights)
    model.load_state_dict({k: v for k, v in given.items() if v.shape == model.state_dict()[k].shape}, strict=False)
    return model.to(way.device, memory_format=way.layout)


def epochs(way, model, first, loaders, parameters, options):
    """Trains `model` from its part `first` on; the loaders give what that part takes."""
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(parameters, lr=1e-4, fused=way.fused)
    step = 0
    for epoch in range(1, options.epochs + 1):
        model.train()
        for inputs, labels in loaders[0]:
            labels = labels.to(way.device)
            loss = loss_fn(first(way.inputs(inputs)), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
            print(json.dumps({"event": "step", "epoch": epoch, "step": step, "loss": loss.item()}), flush=True)
        model.eval()
        right, total = 0, 0
        with way.look():
            for inputs, labels in loaders[1]:
                out = first(way.inputs(inputs)).argmax(1).cpu()
                right, total = right + (out == labels).sum().item(), total + len(labels)
        print(json.dumps({"event": "epoch", "epoch": epoch, "valAccuracy": right / total}), flush=True)


def train(way, options):
    images, classes = image_folder(options.data)
    parts = split(way.images(images))
    model = make_model(way, len(classes), options.weights)
    parameters = freeze(model, options.trainable)
    loaders = [way.loader(part, options.batch_size, shuffle) for part, shuffle in zip(parts, (True, False))]
    epochs(way, model, model, loaders, parameters, options)


class Cached(Best):
    def inputs(self, batch):
        return batch.to(self.device)


@torch.inference_mode()
def features_of(way, model, images):
    """[2, images, 9216]: as they are, and mirrored; each is decoded once."""
    images.flip = False
    rows = []
    for batch, _ in way.loader(Bytes(images), 128, False):
        inputs = way.inputs(batch)
        rows.append(torch.stack([model.features(x).flatten(1).cpu() for x in (inputs, inputs.flip(3))]))
    return torch.cat(rows, 1)


class Flipped(Dataset):
    """A row of features: of the image, or of its mirror image."""

    def __init__(self, features, labels):
        self.features, self.labels = features, labels

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.features[int(torch.rand(1) < 0.5), index], self.labels[index]


def train_cached(way, options):
    images, classes = image_folder(options.data)
    model = make_model(way, len(classes), options.weights)
    parameters = freeze(model, options.trainable)
    features = features_of(way, model.eval(), images)
    parts = split(Flipped(features, images.labels))
    cached = Cached(way.device, 0)
    # A worker would have to be sent each batch of them: indexing costs less.
    loaders = [cached.loader(part, options.batch_size, shuffle) for part, shuffle in zip(parts, (True, False))]
    epochs(cached, model, model.classifier, loaders, parameters, options)


def predict(way, options):
    """Every image in a folder, as `alexft predict FOLDER` looks at them."""
    files = sorted(os.path.join(options.data, name) for name in os.listdir(options.data))
    files = [file for file in files if file.lower().endswith(EXTENSIONS)]

    dataset = way.images(Images(lambda index: pixels(files[index]), [0] * len(files), flip=False))
    model = make_model(way, 2, options.weights).eval()
    done = 0
    with way.look():
        for batch, _ in way.loader(dataset, 64, False):
            with torch.autocast(options.device.split(":")[0], dtype=torch.bfloat16, enabled=options.autocast):
                logits = model(way.inputs(batch))
            for row in torch.softmax(logits.float(), 1).tolist():
                print(json.dumps({"file": files[done], "probabilities": row}))
                done += 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=("train", "predict"))
    parser.add_argument("rival", choices=("tutorial", "best", "cached"))
    parser.add_argument("--data", required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--trainable", default="all")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--autocast", action="store_true", help="predict in bfloat16")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args()
    torch.manual_seed(0)
    way = (Tutorial if options.rival == "tutorial" else Best)(options.device, options.workers)
    if options.command == "predict":
        predict(way, options)
    elif options.rival == "cached":
        train_cached(way, options)
    else:
        train(way, options)


if __name__ == "__main__":
    main()
