"""PNG built byte by byte, and JPEG, WebP and TIFF written by Pillow, some of them modified; for pillowDecode.py.

Yields (name, bytes). Pillow's own reading of them is the reference, whether it decodes or raises.
"""

import io
import struct
import zlib

from PIL import Image

from builtBmpPnm import noise

WIDTH, HEIGHT = 11, 5
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(kind, data, crc=None):
    crc = zlib.crc32(kind + data) if crc is None else crc
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)


def png(depth, colour_type, *, interlaced=False, size=(WIDTH, HEIGHT), before=(), end=True, rows=None, idat_crc=None):
    """A PNG of noise whose rows cycle through the five filters."""
    width, height = size
    row_bits = depth * CHANNELS[colour_type]
    data = b""
    passes = PASSES if interlaced else ((0, 0, 1, 1),)
    for x, y, across, down in passes:
        wide, high = -(-(width - x) // across), -(-(height - y) // down)
        if wide > 0 and high > 0:
            for row in range(high):
                data += bytes([row % 5]) + noise((wide * row_bits + 7) // 8, row + 11 * x + 3)
    if rows is not None:
        data = data[: rows * (1 + (width * row_bits + 7) // 8)]
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(before)
            + chunk(b"IDAT", zlib.compress(data, 9), idat_crc) + (chunk(b"IEND", b"") if end else b""))


def pngs():
    table = {depth: chunk(b"PLTE", noise(3 * 2**depth, 4)) for depth in (1, 2, 4, 8)}
    for colour_type, name, depths in ((0, "grey", (1, 2, 4, 8, 16)), (2, "RGB", (8, 16)), (3, "palette", (1, 2, 4, 8)),
                                      (4, "grey alpha", (8, 16)), (6, "RGBA", (8, 16))):
        for depth in depths:
            before = [table[depth]] if colour_type == 3 else []
            for interlaced in (False, True):
                word = f"{name}, {depth} bits" + (", interlaced" if interlaced else "")
                yield word, png(depth, colour_type, interlaced=interlaced, before=before)
                if colour_type in (0, 2, 3):
                    key = {0: struct.pack(">H", 1), 2: noise(6), 3: b"\0\x80"}[colour_type]
                    yield f"{word}, transparency", png(
                        depth, colour_type, interlaced=interlaced, before=[*before, chunk(b"tRNS", key)])
    yield "one pixel, interlaced", png(8, 2, interlaced=True, size=(1, 1))
    yield "a row, interlaced", png(8, 2, interlaced=True, size=(37, 1))
    yield "a column, interlaced", png(8, 2, interlaced=True, size=(1, 37))
    yield "grey with a palette", png(8, 0, before=[table[8]])
    yield "RGB with a palette", png(8, 2, before=[table[8]])
    yield "gamma", png(8, 2, before=[chunk(b"gAMA", struct.pack(">I", 30000))])
    yield "significant bits", png(8, 2, before=[chunk(b"sBIT", b"\5\6\5")])
    yield "an unknown chunk", png(8, 2, before=[chunk(b"abCd", b"what")])
    yield "an unknown critical chunk", png(8, 2, before=[chunk(b"ABCD", b"what")])
    yield "a text's checksum wrong", png(8, 2, before=[chunk(b"tEXt", b"a\0b", 1)])
    yield "a palette that is short", png(8, 3, before=[chunk(b"PLTE", noise(30))])
    yield "a palette that is missing", png(8, 3)
    yield "a palette of odd length", png(8, 3, before=[chunk(b"PLTE", noise(31))])
    yield "no end", png(8, 2, end=False)
    yield "bytes behind", png(8, 2) + b"behind"
    yield "rows missing", png(8, 2, rows=3)
    yield "the pixels' checksum wrong", png(8, 2, idat_crc=1)
    yield "16 bits of palette", png(16, 3)
    yield "3 bits", png(3, 0)
    yield "no size", png(8, 0, size=(0, 0))


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def segments(jpeg):
    """[marker, bytes] of each segment up to the scan, and the rest."""
    at, found = 2, []
    while jpeg[at + 1] != 0xDA:
        length = struct.unpack(">H", jpeg[at + 2 : at + 4])[0] + 2
        found.append((jpeg[at + 1], jpeg[at : at + length]))
        at += length
    return found, jpeg[at:]


def with_segments(jpeg, change):
    """`jpeg` with each segment before the scan replaced by change(marker, bytes)."""
    before, rest = segments(jpeg)
    return jpeg[:2] + b"".join(change(marker, data) for marker, data in before) + rest


def drawing(mode, size=(21, 13)):
    values = bytes((12 * x, 19 * y, 7 * x * y + 40)[channel] % 256
                   for y in range(size[1]) for x in range(size[0]) for channel in range(3))
    return Image.frombytes("RGB", size, values).convert(mode)


def jpegs():
    colour, small = drawing("RGB"), {"quality": 60, "optimize": True}
    cmyk = saved(drawing("CMYK"), "JPEG", **small)
    plain = saved(colour, "JPEG", **small)
    yield "CMYK, Adobe 0", cmyk
    yield "CMYK, no Adobe", with_segments(cmyk, lambda marker, data: b"" if marker == 0xEE else data)
    ycck = lambda marker, data: data[:-1] + b"\2" if marker == 0xEE else data
    yield "CMYK, Adobe 2", with_segments(cmyk, ycck)
    yield "CMYK, no JFIF, no Adobe", with_segments(cmyk, lambda marker, data: b"" if marker in (0xE0, 0xEE) else data)
    adobe = b"\xff\xee\x00\x0eAdobe\0\x64\0\0\0\0"
    for transform in (0, 1, 2):
        insert = lambda marker, data: data + adobe + bytes([transform]) if marker == 0xE0 else data
        yield f"RGB, JFIF and Adobe {transform}", with_segments(plain, insert)
        replace = lambda marker, data: adobe + bytes([transform]) if marker == 0xE0 else data
        yield f"RGB, Adobe {transform} alone", with_segments(plain, replace)
    yield "no JFIF", with_segments(plain, lambda marker, data: b"" if marker == 0xE0 else data)
    for name, options in (("4:4:4", {"subsampling": 0}), ("4:2:2", {"subsampling": 1}), ("4:2:0", {"subsampling": 2}),
                          ("progressive 4:2:2", {"subsampling": 1, "progressive": True}),
                          ("restarts", {"restart_marker_blocks": 1}), ("RGB kept", {"keep_rgb": True}),
                          ("progressive grey", {"progressive": True})):
        yield name, saved(drawing("L") if "grey" in name else colour, "JPEG", **{**small, **options})
    yield "progressive CMYK", saved(drawing("CMYK"), "JPEG", progressive=True, **small)
    for size in ((1, 1), (8, 8), (9, 1), (1, 17), (16, 16), (17, 15)):
        yield f"{size[0]} x {size[1]}", saved(drawing("RGB", size), "JPEG", **small)
    yield "two comments", with_segments(plain, lambda marker, data: b"\xff\xfe\0\6hey!" * 2 + data if marker == 0xDB else data)
    yield "fill bytes", with_segments(plain, lambda marker, data: b"\xff\xff\xff" + data)
    yield "bytes before the end", plain[:-2] + b"\1\2\3" + plain[-2:]
    yield "no end", plain[:-2]
    yield "bytes behind", plain + b"behind"
    for name, marker, at, value in (("12 bits", 0xC0, 4, 12), ("16 bits", 0xC0, 4, 16), ("arithmetic", 0xC0, 1, 0xC9),
                                    ("lossless", 0xC0, 1, 0xC3), ("hierarchical", 0xC0, 1, 0xC5),
                                    ("extended", 0xC0, 1, 0xC1), ("no components", 0xC0, 9, 0),
                                    ("two components", 0xC0, 9, 2), ("no height", 0xC0, 6, 0)):
        def change(found, data):
            return data[:at] + bytes([value]) + data[at + 1 :] if found == marker else data
        yield f"marked {name}", with_segments(plain, change)
    yield "MPO", saved(colour, "MPO", save_all=True, append_images=[drawing("RGB", (5, 5))], quality=60)
    exif = Image.Exif()
    exif[0x0112] = 8
    yield "turned", saved(colour, "JPEG", exif=exif, **small)


def webps():
    colour, alpha = drawing("RGB"), drawing("RGB")
    alpha.putalpha(drawing("L"))
    yield "lossless", saved(colour, "WEBP", lossless=True)
    yield "lossless with alpha", saved(alpha, "WEBP", lossless=True)
    yield "lossless with hidden colours", saved(alpha, "WEBP", lossless=True, exact=True)
    yield "lossy", saved(colour, "WEBP", quality=50)
    yield "lossy with alpha", saved(alpha, "WEBP", quality=50, alpha_quality=40)
    yield "one pixel", saved(drawing("RGB", (1, 1)), "WEBP")
    yield "frames", saved(colour, "WEBP", save_all=True, append_images=[colour.rotate(180)], duration=100)
    yield "frames with alpha", saved(alpha, "WEBP", save_all=True, append_images=[alpha.rotate(180)], lossless=True)
    exif = Image.Exif()
    exif[0x0112] = 8
    yield "turned", saved(colour, "WEBP", exif=exif)
    whole = saved(colour, "WEBP", quality=50)
    yield "cut", whole[:-9]
    yield "bytes behind", whole + b"behind"


def tiffs():
    colour = drawing("RGB")
    for mode in ("1", "L", "LA", "P", "PA", "I;16", "I", "F", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "LAB"):
        if mode == "LAB":
            image = Image.frombytes("LAB", (7, 5), noise(105))
        elif mode == "PA":
            image = drawing("P").convert("PA")
        elif mode == "I;16":
            image = Image.frombytes("I;16", (7, 5), noise(70))
        else:
            image = drawing(mode)
        for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
            yield f"{mode}, {compression}", saved(image, "TIFF", compression=compression)
    for compression in ("group3", "group4", "tiff_ccitt"):
        yield f"1, {compression}", saved(drawing("1"), "TIFF", compression=compression)
    for mode in ("L", "RGB", "YCbCr", "CMYK", "RGBX"):
        yield f"{mode}, jpeg", saved(drawing(mode), "TIFF", compression="jpeg", quality=80)
    yield "two pages", saved(colour, "TIFF", save_all=True, append_images=[drawing("L", (5, 5))], compression="tiff_lzw")
    yield "big", saved(colour, "TIFF", big_tiff=True, compression="tiff_lzw")


def animated_pngs():
    colour = drawing("RGB")
    yield "animated", saved(colour, "PNG", save_all=True, append_images=[colour.rotate(180)])
    yield "animated, another image for others", saved(
        colour, "PNG", save_all=True, default_image=True, append_images=[colour.rotate(180)])


def built():
    for make, ending in ((pngs, "png"), (jpegs, "jpg"), (webps, "webp"), (tiffs, "tif"), (animated_pngs, "png")):
        for name, file in make():
            yield f"{name}, by Pillow.{ending}" if make is tiffs else f"{name}.{ending}", file
