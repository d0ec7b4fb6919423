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
from golden_training import make_optimizers, make_schedules, make_training
from PIL import Image
from reference_network import alexnet, generator
from torch import nn

HERE = Path(__file__).resolve().parent
PHOTOS = Path(os.environ.get("ALEXFT_PHOTOS", HERE.parents[2] / "shared" / "data" / "PetImages"))


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
        "epochs": flipped_epochs(),
        "splits": [random_split(*case) for case in split_cases()],
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


class Flips(torch.utils.data.Dataset):
    """Draws as torchvision's RandomHorizontalFlip does; gives the sample and whether it is mirrored."""

    def __len__(self):
        return 203

    def __getitem__(self, index):
        return index, bool(torch.rand(1) < 0.5)


def flipped_epochs():
    """Three epochs in turn of DataLoader(shuffle=True, workers=0), with a draw for each image's flip."""
    torch.manual_seed(6)
    loader = torch.utils.data.DataLoader(Flips(), batch_size=32, shuffle=True)
    epochs = [[torch.cat(column) for column in zip(*loader)] for _ in range(3)]
    orders, flips = ([sha256(epoch[i].int()) for epoch in epochs] for i in (0, 1))
    return {"seed": 6, "n": 203, "orders": orders, "flips": flips, "next": torch.rand(()).item()}


def split_cases():
    for n, seed in ((24998, 0), (2000, 0), (2000, 7), (25, 1), (11, 2**40 + 3)):
        yield n, seed, 0.1, [int(0.9 * n), n - int(0.9 * n)]
        yield n, seed, 0.1, [0.9, 0.1]
    yield 2000, 0, 0.25, [0.75, 0.25]
    yield 7, 3, 0.5, [0.5, 0.5]


def random_split(n, seed, share, lengths):
    torch.manual_seed(seed)
    train, validation = torch.utils.data.random_split(range(n), lengths)
    return {
        "n": n,
        "seed": str(seed),
        "share": share,
        "lengths": lengths,
        "sizes": [len(train), len(validation)],
        "sha256": sha256(torch.tensor([*train.indices, *validation.indices]).int()),
        "next": torch.rand(()).item(),
    }


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


def resize(image, size, out_size):
    width, height = size
    shape = (height, width, 3)
    if image == "noise":
        # The low byte of each number drawn, after the seed width * 100003 + height.
        pixels = torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator(width * 100003 + height))
    else:
        pixels = torch.full(shape, 255, dtype=torch.uint8)
    source = Image.frombytes("RGB", size, pixels.numpy().tobytes())
    resized = source.resize(out_size, Image.Resampling.BILINEAR)
    return {"image": image, "size": size, "outSize": out_size, "sha256": sha256(resized.tobytes())}


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


def make_initialization():
    """AlexNet() after manual_seed(0); and networks that were then given a head for each of these numbers of classes."""
    torch.manual_seed(0)
    born = [parameter(*named) for named in alexnet().named_parameters()]
    cases = ((0, 2), (20261124, 5), (2**63 - 1, 1000))
    return {"seed": 0, "parameters": born, "networks": [network(*case) for case in cases]}


def network(seed, classes):
    torch.manual_seed(seed)
    model = alexnet()
    model.classifier[6] = nn.Linear(model.classifier[6].in_features, classes)
    parameters = [parameter(*named) for named in model.named_parameters()]
    return {"seed": str(seed), "classes": classes, "parameters": parameters}


def parameter(name, values):
    first = values.detach().flatten()[:3].tolist()
    return {"name": name, "shape": list(values.shape), "sha256": sha256(values), "first": first}


# ---------------------------------------------------------------------------------------------------------------------

MAKERS = {
    "random": make_random,
    "resize": make_resize,
    "photos": make_photos,
    "normalize": make_normalize,
    "initialization": make_initialization,
    "training": make_training,
    "optimizers": make_optimizers,
    "schedules": make_schedules,
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
    return json.dumps(value, allow_nan=False)


if __name__ == "__main__":
    for name in sys.argv[1:] or MAKERS:
        write(name, MAKERS[name]())
        print(f"wrote {name}.json")
