"""What Pillow 12 decodes: the reference for test/data/decode.test.ts.

    python3 pillowDecode.py FOLDER      # prints {"file": [width, height, sha256 of the RGB bytes] or "why not", ...}
    python3 pillowDecode.py --pictures  # writes test/golden/pillowPictures.json: small files with the same
"""

import base64
import hashlib
import io
import json
import os
import sys
import warnings

from PIL import Image

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden", "pillowPictures.json")


def decoded(file):
    try:
        with Image.open(file) as image:
            rgb = image.convert("RGB")
    except Exception as error:  # whatever Pillow raises, torchvision passes on
        return f"{type(error).__name__}: {error}"
    return [*rgb.size, hashlib.sha256(rgb.tobytes()).hexdigest()]


def small_pictures():
    """A few pictures as Pillow's own encoders write them."""
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


def write_small_pictures():
    pictures = {}
    for name, image, options in small_pictures():
        file = io.BytesIO()
        image.save(file, {"jpg": "JPEG", "tif": "TIFF"}.get(name[-3:], name[name.rindex(".") + 1 :]), **options)
        pictures[name] = {"file": base64.b64encode(file.getvalue()).decode(), "decoded": decoded(file)}
    with open(GOLDEN, "w") as out:
        json.dump(pictures, out, indent=1)
        out.write("\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if sys.argv[1] == "--pictures":
        write_small_pictures()
    else:
        names = sorted(os.listdir(sys.argv[1]))
        json.dump({name: decoded(os.path.join(sys.argv[1], name)) for name in names}, sys.stdout)
