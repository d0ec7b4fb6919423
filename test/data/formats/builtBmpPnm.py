"""BMP and Netpbm files built byte by byte, of kinds that Pillow can't write; for pillowDecode.py.

Each function yields (name, bytes). Pillow's own reading of them is the reference, whether it decodes or raises.
"""

import struct

WIDTH, HEIGHT = 11, 5


def noise(count, seed=1):
    """`count` bytes from a small generator, so that the files are the same with every Python."""
    values = bytearray()
    for _ in range(count):
        seed = (seed * 1103515245 + 12345) % 2**31
        values.append(seed >> 16 & 255)
    return bytes(values)


def palette(colours, entry_size=4, seed=5):
    return noise(colours * entry_size, seed)


def ramp(values, entry_size=4):
    return b"".join(bytes([value] * 3) + bytes(entry_size - 3) for value in values)


BLACK_AND_WHITE = ramp((0, 255))


def bmp(bits, pixels=None, *, header=40, compression=0, colours=0, table=b"", masks=b"", size=(WIDTH, HEIGHT), gap=b"",
        offset=None):
    """A BMP: file header, one of the seven info headers, masks, colour table, pixels."""
    width, height = size
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, 0, 2835, 2835, colours, 0)
        info = struct.pack("<I", header) + info[4:]
        if header > 40:
            info, masks = (info + masks).ljust(header, b"\0"), b""
    before = info + masks + table + gap
    if pixels is None:
        pixels = noise((width * bits + 31) // 32 * 4 * abs(height))
    if offset is None:
        offset = 14 + len(before)
    return struct.pack("<2sIHHI", b"BM", 14 + len(before) + len(pixels), 0, 0, offset) + before + pixels


def masks(*values):
    return struct.pack(f"<{len(values)}I", *values)


def good_bmps():
    yield "1 bit", bmp(1, table=palette(2))
    yield "1 bit, black and white", bmp(1, table=BLACK_AND_WHITE)
    yield "1 bit, white and black", bmp(1, table=ramp((255, 0)))
    yield "1 bit, 33 wide", bmp(1, table=palette(2), size=(33, 3))
    yield "1 bit, one colour", bmp(1, table=palette(1), colours=1)
    yield "4 bits", bmp(4, table=palette(16))
    yield "4 bits, 5 colours", bmp(4, table=palette(5), colours=5)
    yield "4 bits, grey steps", bmp(4, table=ramp(range(0, 256, 17)))
    yield "4 bits, two colours", bmp(4, table=BLACK_AND_WHITE, colours=2)
    yield "8 bits", bmp(8, table=palette(256))
    yield "8 bits, 7 colours", bmp(8, table=palette(7), colours=7)
    yield "8 bits, grey", bmp(8, table=ramp(range(256)))
    yield "8 bits, grey downwards", bmp(8, table=ramp(range(255, -1, -1)))
    yield "8 bits, short ramp", bmp(8, table=ramp(range(9)), colours=9)
    yield "8 bits, two colours", bmp(8, table=BLACK_AND_WHITE, colours=2)
    yield "8 bits, top down", bmp(8, table=palette(256), size=(WIDTH, -HEIGHT))
    yield "8 bits, a gap before the pixels", bmp(8, table=palette(256), gap=b"\xaa" * 13)
    yield "8 bits, offset without the table", bmp(8, table=palette(256), offset=54)
    yield "8 bits, no offset", bmp(8, table=palette(256), offset=0)
    yield "4 bits, pixels in the table", bmp(4, table=palette(16), offset=70)
    for width in (1, 2, 3, 4):
        yield f"24 bits, {width} wide", bmp(24, size=(width, 3))
        yield f"16 bits, {width} wide", bmp(16, size=(width, 3))
        yield f"8 bits, {width} wide", bmp(8, table=palette(256), size=(width, 3))
        yield f"4 bits, grey, {width} wide", bmp(4, table=ramp(range(16)), size=(width, 3))
    yield "16 bits", bmp(16)
    yield "16 bits, 555", bmp(16, compression=3, masks=masks(0x7C00, 0x3E0, 0x1F))
    yield "16 bits, 565", bmp(16, compression=3, masks=masks(0xF800, 0x7E0, 0x1F))
    yield "16 bits, 565, V4", bmp(16, compression=3, header=108, masks=masks(0xF800, 0x7E0, 0x1F, 0))
    yield "16 bits, every value of green", bmp(
        16, b"".join(struct.pack("<H", i << 5 | i >> 1) for i in range(64)), compression=3,
        masks=masks(0xF800, 0x7E0, 0x1F), size=(8, 8),
    )
    yield "24 bits", bmp(24)
    yield "24 bits, top down", bmp(24, size=(WIDTH, -HEIGHT))
    yield "24 bits, bitfields", bmp(24, compression=3, masks=masks(0xFF0000, 0xFF00, 0xFF))
    yield "24 bits, with a table", bmp(24, table=palette(4), colours=4)
    yield "24 bits, last padding left off", bmp(24)[:-3]
    yield "24 bits, bytes behind", bmp(24) + b"behind"
    yield "32 bits", bmp(32)
    for name, red, green, blue, alpha in (
        ("BGRX", 0xFF0000, 0xFF00, 0xFF, 0), ("XBGR", 0xFF000000, 0xFF0000, 0xFF00, 0),
        ("BGXR", 0xFF000000, 0xFF00, 0xFF, 0), ("ABGR", 0xFF000000, 0xFF0000, 0xFF00, 0xFF),
        ("RGBA", 0xFF, 0xFF00, 0xFF0000, 0xFF000000), ("BGRA", 0xFF0000, 0xFF00, 0xFF, 0xFF000000),
        ("BGAR", 0xFF000000, 0xFF00, 0xFF, 0xFF0000), ("zero", 0, 0, 0, 0),
    ):
        yield f"32 bits, {name}, V3", bmp(32, compression=3, header=56, masks=masks(red, green, blue, alpha))
        yield f"32 bits, {name}, V5", bmp(32, compression=3, header=124, masks=masks(red, green, blue, alpha))
        yield f"32 bits, {name}", bmp(32, compression=3, masks=masks(red, green, blue))
    yield "32 bits, V2", bmp(32, compression=3, header=52, masks=masks(0xFF0000, 0xFF00, 0xFF))
    yield "32 bits, V4, no bitfields", bmp(32, header=108, masks=masks(0xFF, 0xFF00, 0xFF0000, 0xFF000000))
    for bits in (1, 4, 8, 24):
        table = palette(1 << bits, 3) if bits < 24 else b""
        yield f"OS/2, {bits} bits", bmp(bits, header=12, table=table)
    yield "OS/2, 8 bits, grey", bmp(8, header=12, table=ramp(range(256), 3))
    yield "OS/2, 1 bit, black and white", bmp(1, header=12, table=ramp((0, 255), 3))
    for size in ((65500, 1), (1, 65500)):
        yield f"24 bits, {size[0]} x {size[1]}", bmp(24, bytes(range(251)) * 1100, size=size)
    yield "OS/2 2, 8 bits", bmp(8, header=64, table=palette(256))
    yield "OS/2 2, 24 bits", bmp(24, header=64)


def run_length_bmps():
    """Escapes: 0 0 end of line, 0 1 end of image, 0 2 right up, 0 n literal bytes."""
    full = b"".join(bytes([6, 7 + y, 5, 90 * y % 256, 0, 0]) for y in range(HEIGHT))
    literal = b"".join(b"\0\x07" + noise(7, y + 1) + b"\0" + b"\x04\x09\0\0" for y in range(HEIGHT))
    even = b"".join(b"\0\x06" + noise(6, y + 1) + b"\x05\x0b\0\0" for y in range(HEIGHT))
    for bits, compression in ((8, 1), (4, 2), (8, 2), (4, 1), (1, 1)):
        kind = f"RLE{8 if compression == 1 else 4}, {bits} bits"
        table = palette(1 << bits)

        def of(pixels, **more):
            return bmp(bits, pixels, compression=compression, **{"table": table, **more})

        yield kind, of(full + b"\0\1")
        yield f"{kind}, no end", of(full)
        yield f"{kind}, top down", of(full, size=(WIDTH, -HEIGHT))
        yield f"{kind}, literal", of(literal)
        yield f"{kind}, literal, even", of(even)
        yield f"{kind}, literal, odd place", of(literal, gap=b"\0")
        yield f"{kind}, short lines", of(b"\3\1\0\0" * HEIGHT)
        yield f"{kind}, runs beyond the line", of(b"\xff\2\0\0" * HEIGHT)
        yield f"{kind}, one run over all", of(b"\x0b\3" * HEIGHT)
        yield f"{kind}, empty lines", of(b"\0\0\2\1\0\0\0\0" + full)
        yield f"{kind}, jump", of(b"\2\1\0\2\3\1" + full)
        yield f"{kind}, jump over all", of(b"\2\1\0\2\0\xff")
        yield f"{kind}, ends early", of(full[:12] + b"\0\1")
        yield f"{kind}, cut", of(full[:11])
        yield f"{kind}, cut in a jump", of(full[:12] + b"\0\2\1")
        yield f"{kind}, cut in a literal", of(full[:12] + b"\0\x09\1\2")
        yield f"{kind}, grey", of(full + b"\0\1", table=ramp(range(1 << bits)))
        yield f"{kind}, black and white", of(full + b"\0\1", table=BLACK_AND_WHITE, colours=2)
    yield "RLE8, 24 bits", bmp(24, full, compression=1)


def bad_bmps():
    whole = bmp(24)
    for length in (1, 2, 13, 14, 17, 18, 40, 53, 54, 55, len(whole) - 4, len(whole) - 60):
        yield f"cut at {length}", whole[:length]
    for length in (60, 300, 1000):
        yield f"8 bits, cut at {length}", bmp(8, table=palette(256))[:length]
    for bits in (0, 2, 3, 5, 12, 15, 48, 64, 65535):
        yield f"{bits} bits", bmp(bits, noise(400))
    for compression in (4, 5, 6, 11, 2**32 - 1):
        yield f"compression {compression}", bmp(24, compression=compression)
    for header in (0, 13, 16, 39, 41, 48, 100, 2**31, 2**32 - 1):
        yield f"header of {header}", whole[:14] + struct.pack("<I", header) + whole[18:]
    for width, height in ((0, 5), (5, 0), (-11, 5), (2**31 - 1, 1), (1, 2**31 - 1), (11, -(2**31)), (11, -(2**24)),
                          (11, -(2**24) - 1), (13378, 13378), (13377, 13377)):
        yield f"{width} x {height}", bmp(24, noise(400), size=(width, height))
    yield "odd masks, 16 bits", bmp(16, compression=3, masks=masks(0xF000, 0xF00, 0xF0))
    yield "odd masks, 32 bits", bmp(32, compression=3, masks=masks(0x3FF00000, 0xFFC00, 0x3FF))
    yield "odd alpha, 32 bits", bmp(32, compression=3, header=56, masks=masks(0xFF0000, 0xFF00, 0xFF, 0x7F000000))
    yield "masks, 8 bits", bmp(8, compression=3, masks=masks(0xF800, 0x7E0, 0x1F), table=palette(256))
    for colours in (257, 300, 65536, 65537, 2**32 - 1):
        yield f"{colours} colours", bmp(8, table=palette(256), colours=colours)
        yield f"{colours} colours, they are there", bmp(8, table=palette(min(colours, 300)), colours=colours)
    yield "offset beyond the file", bmp(24, offset=10**6)
    yield "offset 4 GB", bmp(24, offset=2**32 - 1)


def pnms():
    """P1 to P6 with unusual and with invalid headers."""
    size = b"%d %d" % (WIDTH, HEIGHT)
    count = WIDTH * HEIGHT
    digits = noise(count * 3, 3)

    def plain(kind, maxval, values, separator=b" "):
        return kind + b"\n" + size + (b"\n%d\n" % maxval if maxval else b"\n") + separator.join(
            b"%d" % value for value in values)

    def wide(values):
        return b"".join(struct.pack(">H", value) for value in values)

    for head in (b"P6 65500 1 255\n", b"P6 1 65500 255\n", b"P5 65500 1 300\n", b"P5 1 65500 255\n", b"P4 1 65500\n"):
        yield head.decode().strip(), head + bytes(range(251)) * 1100
    bits = [value & 1 for value in digits[:count]]
    yield "P1", plain(b"P1", 0, bits)
    yield "P1, no spaces", plain(b"P1", 0, bits, b"")
    yield "P1, comments", plain(b"P1", 0, bits, b" # 1 0 1 \n") + b"# open"
    yield "P1, more than enough", plain(b"P1", 0, bits * 2)
    yield "P1, junk behind", plain(b"P1", 0, bits) + b"\njunk"
    yield "P1, another digit", plain(b"P1", 0, [*bits[:-1], 2])
    yield "P1, too short", plain(b"P1", 0, bits[:-1])
    yield "P4", b"P4\n" + size + b"\n" + noise(2 * HEIGHT)
    yield "P4, 8 wide", b"P4\n8 5\n" + noise(HEIGHT)
    yield "P4, too short", b"P4\n" + size + b"\n" + noise(2 * HEIGHT - 1)
    for maxval in (1, 2, 7, 100, 254, 255, 256, 300, 1000, 4095, 32767, 65534, 65535):
        scaled = [value * 257 % (maxval + 1) for value in digits]
        grey = scaled[:count]
        yield f"P2, {maxval}", plain(b"P2", maxval, grey)
        yield f"P3, {maxval}", plain(b"P3", maxval, scaled, b"\n")
        head = b"%s\n" + size + b"\n%d\n" % maxval
        if maxval < 256:
            yield f"P5, {maxval}", head % b"P5" + bytes(grey)
            yield f"P6, {maxval}", head % b"P6" + bytes(scaled)
            yield f"P5, {maxval}, values beyond", head % b"P5" + digits[:count]
            yield f"P6, {maxval}, values beyond", head % b"P6" + digits
        else:
            yield f"P5, {maxval}", head % b"P5" + wide(grey)
            yield f"P6, {maxval}", head % b"P6" + wide(scaled)
            beyond = [value * 257 for value in digits]
            yield f"P5, {maxval}, values beyond", head % b"P5" + wide(beyond[:count])
            yield f"P6, {maxval}, values beyond", head % b"P6" + wide(beyond)
            small = [value % 300 % maxval for value in range(count)]
            yield f"P5, {maxval}, small values", head % b"P5" + wide(small)
            yield f"P2, {maxval}, small values", plain(b"P2", maxval, small)
    grey = digits[:count]
    for name, head in (
        ("comments", b"P5 # one\n#two\n11 # three\r5 255\n"),
        ("a comment inside a number", b"P5\n1# half\n1 5 25#\n5\n"),
        ("a comment after the last number", b"P5\n11 5 255# no more\n\n"),
        ("an open comment", b"P5\n11 5 # 255\r255\n"),
        ("tabs and returns", b"P5\t11\v5\f255\r"),
        ("return and newline", b"P5\r\n11 5\r\n255\r\n"),
        ("many spaces", b"P5 \n\n   11  \n 5   255 "),
        ("leading zeros", b"P5\n011 0005 0000000255\n"),
        ("long numbers", b"P5\n00000000011 5 255\n"),
        ("signs", b"P5\n+11 +5 +255\n"),
        ("underscores", b"P5\n1_1 5 2_5_5\n"),
        ("two underscores", b"P5\n1__1 5 255\n"),
        ("a point", b"P5\n11.0 5 255\n"),
        ("hexadecimal", b"P5\n0xb 5 255\n"),
        ("a comment right at the magic", b"P5#x\n11 5 255\n"),
        ("no space", b"P511 5 255\n"),
        ("no maxval", b"P5\n11 5\n"),
        ("maxval 0", b"P5\n11 5 0\n"),
        ("maxval 65536", b"P5\n11 5 65536\n"),
        ("negative maxval", b"P5\n11 5 -255\n"),
        ("no width", b"P5\n0 5 255\n"),
        ("negative height", b"P5\n11 -5 255\n"),
        ("both negative", b"P5\n-11 -5 255\n"),
        ("huge", b"P5\n99999 99999 255\n"),
        ("just too huge", b"P5\n13378 13378 255\n"),
        ("huge and not there", b"P5\n13377 13377 255\n"),
        ("an astronomic width", b"P5\n9999999999 9999999999 255\n"),
    ):
        yield f"P5, {name}", head + grey
    yield "P5, bytes behind", b"P5\n11 5 255\n" + grey + b"P5\n11 5 255\n" + grey
    for file in (b"P5\n11 5 255\n" + grey[:-1], b"P5\n11 5 99\n" + grey[:-1], b"P5\n11 5 65535\n" + digits[:109],
                 b"P6\n11 5 255\n" + digits[:-1], b"P6\n11 5 999\n" + digits, b"P6\n11 5 255\n"):
        yield f"cut: {file[:10]!r}, {len(file)} bytes", file
    for head in (b"P", b"P1", b"P3", b"P6", b"P6\n", b"P6\n11", b"P6\n11 5", b"P6\n11 5\n255", b"P6 #", b"P2\n11 5 255\n"):
        yield f"only {head!r}", head
    values = [b"%d" % value for value in grey]
    for name, tokens in (
        ("a comment", [*values[:20], b"# 1 2 3\n", *values[20:]]),
        ("a comment inside a number", [b"1#\n2", *values[1:]]),
        ("an open comment behind", [*values, b"#"]),
        ("an open comment too early", [*values[:-1], b"#", values[-1]]),
        ("more than enough", values * 2),
        ("words behind", [*values, b"short", b"words"]),
        ("a long word behind", [*values, b"averylongwordindeed"]),
        ("a long word and a newline behind", [*values, b"averylongwordindeed\n"]),
        ("too few", values[:-1]),
        ("a word", [b"x", *values]),
        ("a sign", [b"+7", b"-0", *values]),
        ("an underscore", [b"1_0", *values]),
        ("a minus", [b"-1", *values]),
        ("too large", [b"256", *values]),
        ("eleven digits", [b"00000000001", *values]),
        ("ten digits", [b"0000000001", *values]),
    ):
        yield f"P2, {name}", b"P2\n11 5 255\n" + b" ".join(tokens)
    for magic in (b"P0", b"P7", b"P8", b"Pf", b"PF", b"PyP", b"PyRGBA", b"P0CMYK"):
        yield f"{magic.decode()}", magic + b"\n11 5\n255\n" + noise(count * 4)
    yield "PAM", b"P7\nWIDTH 11\nHEIGHT 5\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n" + digits


def built():
    for make in (good_bmps, run_length_bmps, bad_bmps):
        for name, file in make():
            yield f"{name}.bmp", file
    for name, file in pnms():
        yield f"{name}.pnm", file
