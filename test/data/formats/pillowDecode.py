"""Decodes files with Pillow 12: the reference for decode.test.ts and formats/builtImages.test.ts.

    python3 pillowDecode.py FOLDER      # prints {"file": [width, height, sha256 of the RGB bytes] or "error", ...}
    python3 pillowDecode.py --stdin     # the same for {"name": "base64", ...}, as JSON on stdin
    python3 pillowDecode.py --built     # prints the files of builtBmpPnm.py, builtTiff.py and builtOthers.py, decoded
    python3 pillowDecode.py --golden    # writes test/golden/pillowImages.json and test/golden/builtImages.json.gz
"""

import base64
import gzip
import hashlib
import io
import json
import os
import sys
import warnings

from PIL import Image

sys.dont_write_bytecode = True  # of the imported modules below
import builtBmpPnm
import builtOthers
import builtTiff

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "golden")


def decoded(content):
    try:
        # From an open file, as in torchvision's pil_loader: given a path, Pillow maps some BMPs into memory.
        with Image.open(io.BytesIO(content)) as image:
            rgb = image.convert("RGB")
    except Exception as error:  # torchvision propagates all of Pillow's exceptions
        return f"{type(error).__name__}: {error}".partition(" <_io.")[0]
    return [*rgb.size, hashlib.sha256(rgb.tobytes()).hexdigest()]


def small_images():
    """A few images written by Pillow's encoders."""
    width, height = 21, 13
    rgb = Image.frombytes(
        "RGB",
        (width, height),
        bytes(
            value % 256 for y in range(height) for x in range(width) for value in (12 * x, 19 * y, 7 * x * y + 40)
        ),
    )
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    grey16 = Image.frombytes("I;16", (9, 7), b"".join((i * 9).to_bytes(2, "little") for i in range(63)))
    translucent = rgb.copy()
    translucent.putalpha(rgb.getchannel("R"))
    yield "baseline.jpg", rgb, {"quality": 60, "optimize": True, "exif": exif}
    yield "progressive.jpg", rgb, {"quality": 60, "progressive": True}
    yield "grey.jpg", rgb.convert("L"), {"quality": 60, "optimize": True}
    yield "cmyk.jpg", rgb.convert("CMYK"), {"quality": 60, "optimize": True}
    yield "grey16.png", grey16, {}
    yield "palette.png", rgb.quantize(16), {"transparency": 3}
    yield "oneBit.png", rgb.convert("1"), {}
    yield "colourKey.png", rgb, {"transparency": (0, 0, 40)}
    yield "alpha.webp", translucent, {"quality": 60}
    yield "turned.tif", rgb, {"tiffinfo": {0x0112: 6}, "compression": "tiff_lzw"}
    yield "cmyk.tif", rgb.convert("CMYK"), {"compression": "tiff_lzw"}
    yield "grey16.tif", grey16, {"compression": "tiff_lzw"}
    yield "fax.tif", rgb.convert("1"), {"compression": "group4"}


def with_decoded(files):
    """{"name": {"file": base64, "decoded": ...}} of (name, bytes)."""
    images = {}
    for name, content in files:
        assert name not in images, name
        images[name] = {"file": base64.b64encode(content).decode(), "decoded": decoded(content)}
    return images


def saved_images():
    for name, image, options in small_images():
        file = io.BytesIO()
        image.save(file, {"jpg": "JPEG", "tif": "TIFF"}.get(name[-3:], name[name.rindex(".") + 1 :]), **options)
        yield name, file.getvalue()


def built_images():
    yield from builtBmpPnm.built()
    yield from builtTiff.built()
    yield from builtOthers.built()


def write_golden():
    with open(os.path.join(GOLDEN, "pillowImages.json"), "w") as out:
        json.dump(with_decoded(saved_images()), out, indent=1)
        out.write("\n")
    packed = gzip.compress(json.dumps(with_decoded(built_images()), indent=0).encode(), mtime=0)
    with open(os.path.join(GOLDEN, "builtImages.json.gz"), "wb") as out:
        out.write(packed)


def read(path):
    with open(path, "rb") as file:
        return file.read()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if sys.argv[1] == "--golden":
        write_golden()
    elif sys.argv[1] == "--built":
        json.dump(with_decoded(built_images()), sys.stdout)
    elif sys.argv[1] == "--stdin":
        json.dump({name: decoded(base64.b64decode(file)) for name, file in json.load(sys.stdin).items()}, sys.stdout)
    else:
        folder = sys.argv[1]
        json.dump({name: decoded(read(os.path.join(folder, name))) for name in sorted(os.listdir(folder))}, sys.stdout)
