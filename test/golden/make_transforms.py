"""Writes transforms.json: what torchvision and Pillow give for the options --resize, --exif and --augment.

    pip install torch==2.13.0 torchvision==0.28.0 "pillow>=12,<13" numpy
    python test/golden/make_transforms.py
"""

import base64
import hashlib
import io
import json
from pathlib import Path

import PIL
import torch
from PIL import Image, ImageOps

# torchvision's compiled operators need PyTorch's CUDA build. Its transforms of images do not use them, but the import
# wants these two to exist.
operators = torch.library.Library("torchvision", "FRAGMENT")
for name in ("nms", "qnms"):
    operators.define(f"{name}(Tensor boxes, Tensor scores, float threshold) -> Tensor")

import torchvision  # noqa: E402
from torchvision import transforms  # noqa: E402
from torchvision.transforms import functional  # noqa: E402

SIZES = [(500, 374), (374, 500), (224, 224), (257, 256), (31, 900), (900, 7), (3, 400), (61, 43)]


def sha256(image):
    return hashlib.sha256(image.tobytes()).hexdigest()


def noise(size):
    """The low byte of each number drawn, after the seed width * 100003 + height."""
    width, height = size
    generator = torch.Generator().manual_seed(width * 100003 + height)
    pixels = torch.randint(0, 256, (height, width, 3), dtype=torch.uint8, generator=generator)
    return Image.frombytes("RGB", size, pixels.numpy().tobytes())


def center_crops():
    crop = transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224)])
    return [{"size": size, "sha256": sha256(crop(noise(size)))} for size in SIZES]


def oriented():
    """Files of each EXIF orientation, and of two invalid ones."""
    for kind, options in (("JPEG", {"quality": 30}), ("PNG", {}), ("WEBP", {"lossless": True}), ("TIFF", {})):
        for orientation in range(10):
            exif = Image.Exif()
            exif[0x0112] = orientation
            file = io.BytesIO()
            noise((9, 5)).save(file, kind, exif=exif, **options)
            upright = ImageOps.exif_transpose(Image.open(file)).convert("RGB")
            yield {
                "name": f"{kind} {orientation}",
                "file": base64.b64encode(file.getvalue()).decode(),
                "size": upright.size,
                "sha256": sha256(upright),
            }


def crop_boxes():
    """RandomResizedCrop.get_params: top, left, height, width; then the next random number."""
    for smallest in (0.08, 0.35, 0.9, 1.0):
        for size in SIZES:
            for seed in (0, 7, 2**31 + 5):
                torch.manual_seed(seed)
                image = Image.new("RGB", size)
                box = transforms.RandomResizedCrop.get_params(image, [smallest, 1.0], [3 / 4, 4 / 3])
                yield [smallest, *size, seed, *box, torch.rand(()).item()]


def jitters():
    """ColorJitter.get_params: order, factors; then the next random number."""
    for strength, hue in ((0.2, 0.02), (0.5, 0.0), (1.0, 0.5), (0.0, 0.1)):
        jitter = transforms.ColorJitter(strength, strength, strength, hue)
        for seed in range(4):
            torch.manual_seed(seed)
            order, *factors = jitter.get_params(
                jitter.brightness, jitter.contrast, jitter.saturation, jitter.hue
            )
            yield {
                "strength": strength,
                "hue": hue,
                "seed": seed,
                "order": order.tolist(),
                "factors": factors,
                "next": torch.rand(()).item(),
            }


def erasures():
    """RandomErasing of a 224 x 224 image: whether it erases, and top, left, height, width; the next random number."""
    erasing = transforms.RandomErasing(0.5)
    for seed in range(12):
        torch.manual_seed(seed)
        image = torch.ones(1, 224, 224)
        erased = erasing(image)[0] == 0
        rows, columns = erased.any(1).nonzero().flatten(), erased.any(0).nonzero().flatten()
        box = [rows[0], columns[0], len(rows), len(columns)] if len(rows) else None
        yield [seed, box and [int(value) for value in box], torch.rand(()).item()]


def adjustments():
    image = noise((67, 41))
    for name in ("brightness", "contrast", "saturation", "hue"):
        adjust = getattr(functional, f"adjust_{name}")
        factors = (-0.5, -0.37, -0.02, 0.0, 0.004, 0.11, 0.5) if name == "hue" else (0.0, 0.3, 0.95, 1.0, 1.01, 1.7)
        for factor in factors:
            factor = torch.tensor(factor).item()
            yield {"name": name, "factor": factor, "sha256": sha256(adjust(image, factor))}


def hues():
    """Colours on a grid, to HSV and back; and the other way."""
    levels = [*range(0, 256, 3), 254]
    grid = bytes(value for r in levels for g in levels for b in levels for value in (r, g, b))
    image = Image.frombytes("RGB", (len(levels), len(levels) ** 2), grid)
    hsv = Image.frombytes("HSV", image.size, grid)
    return {"hsv": sha256(image.convert("HSV")), "rgb": sha256(hsv.convert("RGB"))}


def views():
    """Whole pipelines of PIL images, seeded: crop, flip, jitter; and the erased rectangle of the result."""
    for seed in range(6):
        for size in ((500, 374), (61, 143)):
            torch.manual_seed(seed)
            view = transforms.Compose(
                [
                    transforms.RandomResizedCrop(224, scale=(0.35, 1.0)),
                    transforms.RandomHorizontalFlip(),
                    transforms.ColorJitter(0.2, 0.2, 0.2, 0.02),
                ]
            )(noise(size))
            pixels = transforms.RandomErasing(0.25, value=0)(functional.pil_to_tensor(view))
            digest = hashlib.sha256(pixels.permute(1, 2, 0).contiguous().numpy().tobytes()).hexdigest()
            yield {"seed": seed, "size": size, "sha256": digest}


if __name__ == "__main__":
    content = {
        "versions": {
            "torch": torch.__version__,
            "torchvision": torchvision.__version__,
            "pillow": PIL.__version__,
        },
        "centerCrops": center_crops(),
        "oriented": list(oriented()),
        "crops": list(crop_boxes()),
        "jitters": list(jitters()),
        "erasures": list(erasures()),
        "adjustments": list(adjustments()),
        "hues": hues(),
        "views": list(views()),
    }
    lines = (
        f"{json.dumps(key)}: "
        + ("[\n" + ",\n".join(json.dumps(item) for item in value) + "\n]" if isinstance(value, list) else json.dumps(value))
        for key, value in content.items()
    )
    (Path(__file__).parent / "transforms.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
