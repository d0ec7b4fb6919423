"""TIFF files built byte by byte, of kinds that Pillow can't write; for pillowDecode.py.

Yields (name, bytes). Pillow's own reading of them is the reference, whether it decodes or raises.
"""

import struct
import zlib

from builtBmpPnm import noise

WIDTH, HEIGHT = 11, 5
WHITE_IS_0, BLACK_IS_0, RGB, PALETTE, MASK, CMYK, YCBCR, CIELAB, ICCLAB = 0, 1, 2, 3, 4, 5, 6, 8, 9
NONE, LZW, DEFLATE, OLD_DEFLATE, PACKBITS = 1, 5, 8, 32946, 32773
UNSIGNED, SIGNED, FLOAT = 1, 2, 3


def packbits(data):
    return b"".join(bytes([len(data[i : i + 128]) - 1]) + data[i : i + 128] for i in range(0, len(data), 128))


def lzw(data):
    """Uncompressed codes, with a clear code before the table outgrows nine bits."""
    bits, out = "", bytearray()
    for i, byte in enumerate(data):
        if i % 200 == 0:
            bits += f"{256:09b}"
        bits += f"{byte:09b}"
    bits += f"{257:09b}"
    for i in range(0, len(bits), 8):
        out.append(int(bits[i : i + 8].ljust(8, "0"), 2))
    return bytes(out)


PACK = {NONE: bytes, LZW: lzw, DEFLATE: zlib.compress, OLD_DEFLATE: zlib.compress, PACKBITS: packbits}


def tiff(photometric, bits, samples=1, *, compression=NONE, order="<", sample_format=None, extra=None, planar=1,
         rows=None, tile=None, orientation=None, predictor=None, fill_order=None, size=(WIDTH, HEIGHT), table=None,
         data=None, big=False, more=(), leave_out=(), next_page=b"", small=False):
    """A TIFF of one directory, followed by its strips or tiles."""
    width, height = size
    per_pixel = samples if planar == 1 else 1
    planes = 1 if planar == 1 else samples
    cell = tile or (width, rows or height)
    across = -(-width // cell[0])
    down = -(-height // cell[1])
    strips = []
    for plane in range(planes):
        for row in range(down):
            cell_rows = cell[1] if tile else min(cell[1], height - row * cell[1])
            for column in range(across):
                length = (cell[0] * per_pixel * bits + 7) // 8 * cell_rows
                raw = data if data is not None else noise(length, 7 + len(strips) + photometric)
                if small and bits == 16:  # below 256 or not much above it
                    raw = b"".join(struct.pack(order + "H", value * 2) for value in raw[::2])
                strips.append(PACK[compression](raw))
    kinds = {1: "B", 3: "H", 4: "I", 16: "Q"}
    where = 16 if big else 4
    tags = {256: (4, [width]), 257: (4, [height]), 258: (3, [bits] * samples), 259: (3, [compression]),
            262: (3, [photometric]), 277: (3, [samples])}
    if planar != 1:
        tags[284] = (3, [planar])
    if tile:
        tags.update({322: (3, [tile[0]]), 323: (3, [tile[1]]), 324: (where, [0] * len(strips)),
                     325: (4, [len(s) for s in strips])})
    else:
        tags.update({273: (where, [0] * len(strips)), 278: (4, [cell[1]]), 279: (4, [len(s) for s in strips])})
    for tag, value in ((274, orientation), (317, predictor), (266, fill_order)):
        if value is not None:
            tags[tag] = (3, [value])
    if sample_format is not None:
        tags[339] = (3, [sample_format] * samples)
    if extra is not None:
        tags[338] = (3, list(extra))
    if table is not None:
        tags[320] = (3, table)
    tags.update(more)
    for tag in leave_out:
        del tags[tag]

    head_size, count_format, entry_size, inline = (16, "Q", 20, 8) if big else (8, "H", 12, 4)
    offset_format = "Q" if big else "I"
    directory_size = struct.calcsize(count_format) + entry_size * len(tags) + inline
    heap_at = head_size + directory_size
    heap_size = sum(len(values) * struct.calcsize(kinds[kind]) for kind, values in tags.values())
    at = heap_at + heap_size + 16
    pixels = b""
    for i, strip in enumerate(strips):
        for tag in (273, 324):
            if tag in tags:
                tags[tag][1][i : i + 1] = [at + len(pixels)] if tag not in dict(more) else tags[tag][1][i : i + 1]
        pixels += strip
    entries, heap = b"", b""
    for tag in sorted(tags):
        kind, values = tags[tag]
        packed = struct.pack(order + kinds[kind] * len(values), *values)
        if len(packed) > inline:
            pointer = struct.pack(order + offset_format, heap_at + len(heap))
            heap += packed
        else:
            pointer = packed.ljust(inline, b"\0")
        entries += struct.pack(order + "HH" + offset_format, tag, kind, len(values)) + pointer
    mark = b"II" if order == "<" else b"MM"
    head = struct.pack(order + "HHHQ", 43, 8, 0, 16) if big else struct.pack(order + "HI", 42, 8)
    next_at = at + len(pixels) if next_page else 0
    body = struct.pack(order + count_format, len(tags)) + entries + struct.pack(order + offset_format, next_at)
    return (mark + head + body + heap).ljust(at, b"\0") + pixels + next_page


def colour_table(bits, scale=257):
    return [value * scale for value in noise(3 * 2**bits, 9)]


def built():
    for name, file in files():
        yield f"{name}.tif", file


def files():
    for order, end in (("<", "little"), (">", "big")):
        for photometric, name in ((WHITE_IS_0, "white is 0"), (BLACK_IS_0, "black is 0")):
            for bits in (1, 2, 4, 6, 8, 12, 16, 24, 32, 64):
                for kind, word in ((None, ""), (SIGNED, ", signed"), (FLOAT, ", float")):
                    if kind == SIGNED and bits < 8 or kind == FLOAT and bits < 16:
                        continue
                    yield f"grey, {name}, {bits} bits{word}, {end}", tiff(
                        photometric, bits, order=order, sample_format=kind)
            fractions = [i * 7.3 - 40 for i in range(53)] + [float("nan"), float("inf")]
            for kind, letter, values in ((UNSIGNED, "I", range(7, 447, 8)), (SIGNED, "i", range(-100, 340, 8)),
                                         (FLOAT, "f", fractions)):
                yield f"grey, {name}, 32 bits, kind {kind}, small, {end}", tiff(
                    photometric, 32, order=order, sample_format=kind, data=struct.pack(f"{order}55{letter}", *values))
            yield f"grey, {name}, 16 bits, small, {end}", tiff(photometric, 16, order=order, small=True)
            yield f"grey, {name}, 16 bits, signed, small, {end}", tiff(
                photometric, 16, order=order, small=True, sample_format=SIGNED)
            for bits in (8, 16):
                for extra in (0, 1, 2):
                    yield f"grey and alpha {extra}, {name}, {bits} bits, {end}", tiff(
                        photometric, bits, 2, extra=[extra], order=order)
        for bits in (8, 16, 32):
            for samples, extra in ((3, None), (4, [0]), (4, [1]), (4, [2]), (5, [0, 0]), (5, [2, 0]), (6, [0, 0, 0])):
                yield f"RGB, {bits} bits, {samples} channels, extra {extra}, {end}", tiff(
                    RGB, bits, samples, extra=extra, order=order)
            yield f"CMYK, {bits} bits, {end}", tiff(CMYK, bits, 4, order=order)
        yield f"RGB, 32 bits, float, {end}", tiff(RGB, 32, 3, sample_format=FLOAT, order=order)
        yield f"RGB, 16 bits, signed, {end}", tiff(RGB, 16, 3, sample_format=SIGNED, order=order)
        yield f"RGB, 8 bits, signed, {end}", tiff(RGB, 8, 3, sample_format=SIGNED, order=order)
        for bits in (1, 2, 4, 8, 16):
            yield f"palette, {bits} bits, {end}", tiff(PALETTE, bits, table=colour_table(min(bits, 8)), order=order)
        yield f"big, {end}", tiff(RGB, 8, 3, order=order, big=True)
        yield f"big, LZW, {end}", tiff(RGB, 8, 3, order=order, big=True, compression=LZW)
    yield "palette, 8 bits, table of bytes", tiff(PALETTE, 8, table=colour_table(8, 1))
    yield "palette and alpha", tiff(PALETTE, 8, 2, extra=[2], table=colour_table(8))
    yield "palette, no table", tiff(PALETTE, 8)
    yield "palette, short table", tiff(PALETTE, 8, table=colour_table(4))
    yield "RGB without extra, 4 channels", tiff(RGB, 8, 4)
    yield "grey without extra, 2 channels", tiff(BLACK_IS_0, 8, 2)
    yield "grey, 3 channels", tiff(BLACK_IS_0, 8, 3, extra=[0, 0])
    yield "RGB, 2 channels", tiff(RGB, 8, 2)
    yield "CMYK and alpha", tiff(CMYK, 8, 5, extra=[2])
    yield "CMYK, 3 inks", tiff(CMYK, 8, 3)
    yield "mask", tiff(MASK, 1)
    for photometric, name in ((CIELAB, "CIELAB"), (ICCLAB, "ICCLAB"), (10, "ITULAB"), (32844, "LogL"), (32845, "LogLuv"),
                              (32803, "CFA"), (34892, "linear raw"), (99, "unknown")):
        yield f"{name}, 8 bits", tiff(photometric, 8, 3)
        yield f"{name}, 16 bits", tiff(photometric, 16, 3)
        yield f"{name}, 8 bits, one channel", tiff(photometric, 8)
    for compression, word in ((NONE, "none"), (LZW, "LZW"), (DEFLATE, "deflate"), (OLD_DEFLATE, "old deflate"),
                              (PACKBITS, "packbits")):
        yield f"RGB, {word}", tiff(RGB, 8, 3, compression=compression)
        yield f"RGB, {word}, strips", tiff(RGB, 8, 3, compression=compression, rows=2)
        yield f"RGB, {word}, planes", tiff(RGB, 8, 3, compression=compression, planar=2, rows=2)
        yield f"RGB alpha, {word}, planes", tiff(RGB, 8, 4, compression=compression, planar=2, extra=[2])
        yield f"RGB 16, {word}, planes", tiff(RGB, 16, 3, compression=compression, planar=2)
        yield f"CMYK, {word}, planes", tiff(CMYK, 8, 4, compression=compression, planar=2)
        yield f"CMYK 16, {word}", tiff(CMYK, 16, 4, compression=compression)
        yield f"YCbCr, {word}", tiff(YCBCR, 8, 3, compression=compression, more={530: (3, [1, 1])})
        yield f"YCbCr, no subsampling tag, {word}", tiff(YCBCR, 8, 3, compression=compression)
        yield f"YCbCr 2 x 2, {word}", tiff(
            YCBCR, 8, 3, compression=compression, more={530: (3, [2, 2])}, data=noise(6 * 6 * 3), size=(12, 6))
        yield f"RGB, {word}, tiles", tiff(RGB, 8, 3, compression=compression, tile=(16, 16), size=(20, 18))
        yield f"grey, {word}, tiles", tiff(BLACK_IS_0, 8, compression=compression, tile=(16, 16), size=(33, 17))
        yield f"1 bit, {word}, tiles", tiff(BLACK_IS_0, 1, compression=compression, tile=(16, 16), size=(33, 17))
        yield f"RGB, {word}, tiled planes", tiff(
            RGB, 8, 3, compression=compression, tile=(16, 16), size=(20, 18), planar=2)
        for bits in (1, 2, 4, 8, 12, 16, 32):
            yield f"grey, {bits} bits, {word}", tiff(BLACK_IS_0, bits, compression=compression, rows=2)
            yield f"white is 0, {bits} bits, {word}", tiff(WHITE_IS_0, bits, compression=compression, rows=2)
        yield f"grey 32 float, {word}", tiff(BLACK_IS_0, 32, compression=compression, sample_format=FLOAT)
        yield f"grey 16 signed, {word}", tiff(BLACK_IS_0, 16, compression=compression, sample_format=SIGNED)
        yield f"grey 16, big, {word}", tiff(BLACK_IS_0, 16, compression=compression, order=">")
        yield f"white is 0 16, small, {word}", tiff(WHITE_IS_0, 16, compression=compression, small=True)
        yield f"RGB 16, big, {word}", tiff(RGB, 16, 3, compression=compression, order=">")
        yield f"palette 4, {word}", tiff(PALETTE, 4, compression=compression, table=colour_table(4))
        if compression in (LZW, DEFLATE):
            for bits, samples in ((8, 1), (8, 3), (16, 1), (16, 3)):
                yield f"predictor, {bits} bits, {samples} channels, {word}", tiff(
                    RGB if samples == 3 else BLACK_IS_0, bits, samples, compression=compression, predictor=2)
            yield f"predictor of floats, {word}", tiff(
                BLACK_IS_0, 32, compression=compression, predictor=3, sample_format=FLOAT)
    for bits in (1, 4, 8):
        yield f"lowest bit first, {bits} bits", tiff(BLACK_IS_0, bits, fill_order=2)
        yield f"lowest bit first, white is 0, {bits} bits", tiff(WHITE_IS_0, bits, fill_order=2)
    yield "lowest bit first, RGB", tiff(RGB, 8, 3, fill_order=2)
    yield "lowest bit first, LZW", tiff(RGB, 8, 3, fill_order=2, compression=LZW)
    for orientation in range(10):
        yield f"orientation {orientation}", tiff(RGB, 8, 3, orientation=orientation)
        yield f"orientation {orientation}, grey 16", tiff(BLACK_IS_0, 16, orientation=orientation, compression=LZW)
        yield f"orientation {orientation}, CMYK", tiff(CMYK, 8, 4, orientation=orientation)
    yield "one pixel", tiff(RGB, 8, 3, size=(1, 1))
    yield "a row", tiff(RGB, 8, 3, size=(300, 1), data=noise(900))
    yield "a column", tiff(RGB, 8, 3, size=(1, 300), data=noise(900))
    yield "a second page that is none", tiff(RGB, 8, 3, next_page=struct.pack("<HI", 0, 0))
    yield "no photometric", tiff(RGB, 8, 3, leave_out=[262])
    yield "no bits", tiff(BLACK_IS_0, 1, leave_out=[258])
    yield "no samples", tiff(BLACK_IS_0, 8, leave_out=[277])
    yield "no compression", tiff(RGB, 8, 3, leave_out=[259])
    yield "no rows a strip", tiff(RGB, 8, 3, leave_out=[278])
    yield "no byte counts", tiff(RGB, 8, 3, leave_out=[279])
    yield "no offsets", tiff(RGB, 8, 3, leave_out=[273])
    yield "no width", tiff(RGB, 8, 3, leave_out=[256])
    yield "one bit count for three", tiff(RGB, 8, 3, more={258: (3, [8])})
    yield "mixed bits", tiff(RGB, 8, 3, more={258: (3, [5, 6, 5])})
    yield "unknown compression", tiff(RGB, 8, 3, more={259: (3, [12345])})
    yield "offset beyond the file", tiff(RGB, 8, 3, more={273: (4, [10**6])})
    yield "more bytes than there are", tiff(RGB, 8, 3, more={279: (4, [10**6])})
    yield "fewer bytes than needed", tiff(RGB, 8, 3, more={279: (4, [100])})
    yield "huge", tiff(RGB, 8, 3, more={256: (4, [2**31 - 1]), 257: (4, [2**31 - 1])})
    yield "just too huge", tiff(RGB, 8, 3, more={256: (4, [13378]), 257: (4, [13378])})
    yield "no size", tiff(RGB, 8, 3, more={256: (4, [0])})
    whole = tiff(RGB, 8, 3)
    for length in (4, 8, 9, 40, 100, len(whole) - 50, len(whole) - 1):
        yield f"cut at {length}", whole[:length]
