"""Writes what PyTorch and Pillow give into the JSON files beside this script, for the tests to compare with.

    pip install torch==2.13.0 "pillow>=12,<13" numpy
    python test/golden/make_golden.py                 # all of them
    python test/golden/make_golden.py random resize   # some

`photos` reads ../shared/data/PetImages beside the project, or the folder in $ALEXFT_PHOTOS.
To add a golden file: write a function that returns its content, and name it in MAKERS.
"""

import hashlib
import json
import os
import sys
from pathlib import Path

import PIL
import torch
from PIL import Image
from torch import nn

HERE = Path(__file__).resolve().parent
PHOTOS = Path(os.environ.get("ALEXFT_PHOTOS", HERE.parents[2] / "shared" / "data" / "PetImages"))


def generator(seed):
    return torch.Generator().manual_seed(seed)


def sha256(data):
    """Of a tensor's values as they lie in memory (row-major, little-endian), or of bytes."""
    if isinstance(data, torch.Tensor):
        data = data.detach().contiguous().numpy().tobytes()
    return hashlib.sha256(data).hexdigest()


# --- random.json -----------------------------------------------------------------------------------------------------


def make_random():
    return {
        "streams": [stream(seed) for seed in (0, 1, 42, 2**31, 2**32 - 1, 2**32 + 5, 2**63 - 1)],
        "randperm": [
            {"seed": seed, "n": n, "sha256": sha256(torch.randperm(n, generator=generator(seed)).int())}
            for seed, n in ((0, 0), (0, 1), (0, 2), (3, 10), (0, 1800), (7, 25000), (7, 100003))
        ],
        "uniform": [uniform(*case) for case in uniform_cases()],
        "dropout": [dropout(*case) for case in dropout_cases()],
        "epoch": shuffled_epoch(),
    }


def stream(seed):
    """Numbers of each kind, drawn in turn from one generator."""
    g = generator(seed)
    return {
        "seed": str(seed),
        "rand": torch.rand(3, generator=g).tolist(),
        "random63": [str(torch.empty((), dtype=torch.int64).random_(generator=g).item()) for _ in range(3)],
        "randperm": torch.randperm(7, generator=g).tolist(),
        "randAfter1000": torch.rand(1001, generator=g)[1000].item(),
    }


def uniform_cases():
    bound = 1 / 363**0.5
    for count in (1, 623, 624, 625, 100_003, 3_000_001):
        yield 0, count, -bound, bound
    # The last of these round to the end of the range now and then.
    for start, end in ((0.0, 1.0), (-1e-3, 5.0), (0.3, 0.9), (-1e30, 1e30), (-0.1, 0.1), (1.0, 1.0000005), (1e6, 1e6 + 1)):
        yield 9, 10_000, start, end


def uniform(seed, count, start, end):
    g = generator(seed)
    values = torch.empty(count).uniform_(start, end, generator=g)
    return {
        "seed": seed,
        "count": count,
        "from": start,
        "to": end,
        "sha256": sha256(values),
        "next": torch.rand((), generator=g).item(),
    }


def dropout_cases():
    for p in (0.5, 0.25, 0.3, 0.1, 0.9, 0.0, 1.0):
        for before in (0, 1):
            yield p, before, 5000
    yield 0.5, 0, 1_000_003


def dropout(p, before, count):
    """nn.Dropout's mask, after some draws. On a CPU that is not Intel's: there, builds with MKL draw otherwise."""
    torch.manual_seed(5)
    torch.rand(before)
    mask = nn.functional.dropout(torch.ones(count), p, training=True)
    return {
        "seed": 5,
        "before": before,
        "count": count,
        "p": p,
        "sha256": sha256(mask),
        "next": torch.rand(()).item(),
    }


def shuffled_epoch():
    """The order of a DataLoader(shuffle=True, workers=0) after manual_seed(0)."""
    torch.manual_seed(0)
    samples = torch.arange(1800)
    order = torch.cat(list(torch.utils.data.DataLoader(samples, batch_size=128, shuffle=True)))
    return {"seed": 0, "n": 1800, "sha256": sha256(order.int()), "next": torch.rand(()).item()}


# --- resize.json, photos.json, normalize.json ------------------------------------------------------------------------


def resize_cases():
    sizes = [(1, 1), (1, 7), (9, 1), (3, 5), (224, 224), (223, 225), (500, 374), (1024, 16), (2000, 1500)]
    for size in sizes:
        yield "noise", size, (224, 224)
        yield "noise", size, (37, 61)
        yield "white", size, (224, 224)
    # One axis alone; up and down; extreme ratios.
    yield "noise", (223, 225), (223, 100)
    yield "noise", (223, 225), (100, 225)
    yield "noise", (3, 5), (1, 1)
    yield "noise", (1, 1), (3, 5)
    yield "noise", (1024, 16), (16, 1024)
    yield "noise", (64, 64), (500, 374)
    yield "noise", (500, 374), (499, 375)
    yield "noise", (20000, 3), (224, 224)
    # More than 100 times as high as wide, Pillow goes another way, unless the height grows.
    yield "noise", (3, 20000), (224, 224)
    yield "noise", (3, 300), (224, 224)
    yield "noise", (3, 301), (224, 224)
    yield "noise", (3, 301), (224, 300)
    yield "noise", (3, 301), (224, 400)
    yield "noise", (3, 301), (3, 224)
    yield "noise", (1, 301), (1, 301)
    yield "white", (65500, 2), (224, 224)


def make_resize():
    return {"cases": [resize(*case) for case in resize_cases()]}


def resize(picture, size, out_size):
    width, height = size
    shape = (height, width, 3)
    if picture == "noise":
        # The low byte of each number drawn, after the seed width * 100003 + height.
        pixels = torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator(width * 100003 + height))
    else:
        pixels = torch.full(shape, 255, dtype=torch.uint8)
    image = Image.frombytes("RGB", size, pixels.numpy().tobytes())
    resized = image.resize(out_size, Image.Resampling.BILINEAR)
    return {"picture": picture, "size": size, "outSize": out_size, "sha256": sha256(resized.tobytes())}


def make_photos():
    """Of each photo at 224 x 224, the first 16 digits of the hash."""
    return {
        folder.name: {
            file.name: sha256(load(file).resize((224, 224), Image.Resampling.BILINEAR).tobytes())[:16]
            for file in sorted(folder.iterdir())
        }
        for folder in sorted(PHOTOS.iterdir())
    }


def load(file):
    with Image.open(file) as image:
        return image.convert("RGB")


def make_normalize():
    """torchvision's ToTensor and Normalize on every byte in every channel; bits, as the tests compare bits."""
    mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    pixels = torch.arange(256, dtype=torch.uint8).expand(3, 256)
    values = pixels.to(torch.float32).div(255)
    values = values.sub(torch.tensor(mean)[:, None]).div(torch.tensor(std)[:, None])
    return {"mean": mean, "std": std, "sha256": sha256(values), "lastOfEach": values[:, 255].tolist()}


# --- initialization.json ---------------------------------------------------------------------------------------------


def alexnet(classes=1000, convolutions=(64, 192, 384, 256, 256), hidden=(4096, 4096), dropout=0.5):
    """torchvision.models.AlexNet, whose layers are made in this order; narrower where asked."""
    c0, c1, c2, c3, c4 = convolutions
    h0, h1 = hidden
    features = nn.Sequential(
        nn.Conv2d(3, c0, kernel_size=11, stride=4, padding=2),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(kernel_size=3, stride=2),
        nn.Conv2d(c0, c1, kernel_size=5, padding=2),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(kernel_size=3, stride=2),
        nn.Conv2d(c1, c2, kernel_size=3, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(c2, c3, kernel_size=3, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(c3, c4, kernel_size=3, padding=1),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(kernel_size=3, stride=2),
    )
    avgpool = nn.AdaptiveAvgPool2d((6, 6))
    classifier = nn.Sequential(
        nn.Dropout(p=dropout),
        nn.Linear(c4 * 6 * 6, h0),
        nn.ReLU(inplace=True),
        nn.Dropout(p=dropout),
        nn.Linear(h0, h1),
        nn.ReLU(inplace=True),
        nn.Linear(h1, classes),
    )
    model = AlexNet()
    model.features, model.avgpool, model.classifier = features, avgpool, classifier
    return model


class AlexNet(nn.Module):
    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


def make_initialization():
    """The parameters of AlexNet() after manual_seed(0), and those of the head that then takes the place of its own."""
    torch.manual_seed(0)
    model = alexnet()
    head = nn.Linear(model.classifier[6].in_features, 2)
    return {
        "seed": 0,
        "parameters": [parameter(name, p) for name, p in model.named_parameters()],
        "head": [parameter(f"classifier.6.{name}", p) for name, p in head.named_parameters()],
    }


def parameter(name, values):
    first = values.detach().flatten()[:3].tolist()
    return {"name": name, "shape": list(values.shape), "sha256": sha256(values), "first": first}


# --- training.json ---------------------------------------------------------------------------------------------------

NARROW = {"convolutions": (4, 8, 12, 8, 8), "hidden": (16, 12), "dropout": 0.0}


def make_training():
    """A narrow network without dropout: its logits, loss and gradients on a fixed batch, and ten steps of training."""
    return {
        "seed": 3,
        "classes": 3,
        "labels": training_batch()[1].tolist(),
        **first_look(),
        "runs": [training_run(*case) for case in training_cases()],
    }


def training_batch():
    """Eight pictures of noise, drawn with seed 5 in the order [n, c, h, w]; classes in turn."""
    images = torch.empty(8, 3, 224, 224).uniform_(-2, 2, generator=generator(5))
    return images, torch.arange(8) % 3


def narrow_network():
    """As the notebook makes it: born with 1000 classes, given another head."""
    torch.manual_seed(3)
    model = alexnet(**NARROW)
    model.classifier[6] = nn.Linear(NARROW["hidden"][1], 3)
    return model


def first_look():
    model = narrow_network()
    images, labels = training_batch()
    logits = model(images)
    loss = nn.functional.cross_entropy(logits, labels)
    loss.backward()
    gradients = [summary(name, p.grad) for name, p in model.named_parameters()]
    return {"logits": logits.tolist(), "loss": loss.item(), "gradients": gradients}


def training_cases():
    # Weight decays at which no ReLU switches by rounding alone: float64 and fused Adam give the same ten steps.
    yield "sgd", {"lr": 0.05, "momentum": 0.0, "weight_decay": 0.0}
    yield "sgd", {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.01}
    yield "adam", {"lr": 1e-3, "weight_decay": 0.0}
    yield "adam", {"lr": 1e-3, "weight_decay": 0.03}
    yield "adamw", {"lr": 1e-3, "weight_decay": 0.1}


def training_run(name, options):
    model = narrow_network()
    images, labels = training_batch()
    kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[name]
    optimizer = kind(model.parameters(), **options)
    losses = []
    for _ in range(10):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    parameters = [summary(name, p) for name, p in model.named_parameters()]
    return {"optimizer": name, **options, "losses": losses, "parameters": parameters}


def summary(name, values):
    values = values.detach().double().flatten()
    return {"name": name, "norm": values.norm().item(), "sum": values.sum().item(), "first": values[:3].tolist()}


# ---------------------------------------------------------------------------------------------------------------------

MAKERS = {
    "random": make_random,
    "resize": make_resize,
    "photos": make_photos,
    "normalize": make_normalize,
    "initialization": make_initialization,
    "training": make_training,
}


def write(name, content):
    versions = {"torch": torch.__version__, "pillow": PIL.__version__}
    (HERE / f"{name}.json").write_text(layout({"versions": versions, **content}) + "\n")


def layout(value, depth=2):
    """JSON with a line for each item of the outer `depth` levels, but for plain lists."""
    if depth > 0 and isinstance(value, dict) and value:
        items = (f"{json.dumps(key)}: {layout(item, depth - 1)}" for key, item in value.items())
        return "{\n" + ",\n".join(items) + "\n}"
    if depth > 0 and isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(layout(item, depth - 1) for item in value) + "\n]"
    return json.dumps(value)


if __name__ == "__main__":
    for name in sys.argv[1:] or MAKERS:
        write(name, MAKERS[name]())
        print(f"wrote {name}.json")
