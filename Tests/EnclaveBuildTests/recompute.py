#!/usr/bin/env python3
"""Recomputes an index root and an MRENCLAVE from the files of a built enclave, from docs/reference/formats.md alone.

recompute.py index FILE          prints the root and one line for each name
recompute.py measure IMAGE CONFIG  prints MRENCLAVE
"""
import hashlib, struct, sys

BLOCK, FANOUT, PAGE = 4096, 128, 4096
sha = lambda data: hashlib.sha256(data).digest()


def index(path):
    data = open(path, "rb").read()
    assert data[:8] == b"INCLIDX\0" and struct.unpack_from("<II", data, 8) == (1, 1)
    length, levels, inode_count = struct.unpack_from("<QII", data, 24)
    level, here, count = data[:length], length, 0
    while len(level) > BLOCK:
        digests = b"".join(sha(level[i : i + BLOCK]) for i in range(0, len(level), BLOCK))
        level = digests + bytes(-len(digests) % BLOCK)
        assert data[here : here + len(level)] == level, f"level {count + 1} differs"
        here, count = here + len(level), count + 1
    assert count == levels and here == len(data)
    root = sha(b"inclavare index root v1\0" + struct.pack("<QI", length, levels) + sha(level))
    print("root", root.hex())
    inodes, entries, _, names, _ = struct.unpack_from("<5Q", data, 40)

    def show(number, prefix):
        mode, = struct.unpack_from("<I", data, inodes + 128 * number)
        size, = struct.unpack_from("<Q", data, inodes + 128 * number + 16)
        first, = struct.unpack_from("<Q", data, inodes + 128 * number + 48)
        print(prefix.rstrip("/") or "/", f"{mode:o}", size)
        if mode & 0o170000 != 0o040000:
            return
        last = b""
        for entry in range(first, first + size):
            place, width, kind, _, child = struct.unpack_from("<QHBBI", data, entries + 16 * entry)
            name = data[names + place : names + place + width]
            assert name > last and child < inode_count
            last = name
            show(child, prefix + name.decode(errors="replace") + "/")

    show(0, "")


class Measurement:
    def __init__(self, size):
        self.hash = hashlib.sha256(b"ECREATE\0" + struct.pack("<IQ", 1, size) + bytes(44))

    def pages(self, offset, count, flags, content=None):
        for page in range(offset, offset + count * PAGE, PAGE):
            self.hash.update(b"EADD\0\0\0\0" + struct.pack("<QQ", page, flags) + bytes(40))
            for chunk in range(0, PAGE if content is not None else 0, 256):
                data = content[page - offset + chunk : page - offset + chunk + 256]
                self.hash.update(b"EEXTEND\0" + struct.pack("<Q", page + chunk) + bytes(48) + data)


def sizes(config):
    """Address space, memory, kernel memory and threads: what stands before them has variable length."""
    place = 16

    def number(form):
        nonlocal place
        value, = struct.unpack_from("<" + form, config, place)
        place += struct.calcsize(form)
        return value

    def text():
        nonlocal place
        length = number("I")
        place += length

    def texts():
        for _ in range(number("I")):
            text()

    text(), number("Q"), text()  # index root and length, entrypoint
    number("B"), texts(), texts()  # arguments
    for _ in range(number("I")):  # environment
        text(), number("B"), number("B"), text(), texts()
    for _ in range(2):  # working directory, host name
        number("B"), text(), texts()
    number("B"), number("Q")
    for _ in range(number("I")):  # users
        number("Q")
    for _ in range(number("I")):  # limits
        number("I"), number("Q"), number("Q")
    return number("Q"), number("Q"), number("Q"), number("B") and number("I")


def measure(image_path, config_path):
    image, config = open(image_path, "rb").read(), open(config_path, "rb").read()
    assert config[:8] == b"INCLCFG\0"
    size, memory, kernel, threads = sizes(config)
    up = lambda value: (value + PAGE - 1) // PAGE * PAGE
    entry, table = struct.unpack_from("<QQ", image, 24)
    loads = []
    for number in range(struct.unpack_from("<H", image, 56)[0]):
        kind, flags, offset, address, _, stored, used, _ = struct.unpack_from("<IIQQQQQQ", image, table + 56 * number)
        if kind == 1 and used:
            loads.append((flags, offset, address, stored, used))
    span = up(max(address + used for _, _, address, _, used in loads))
    block_size = 17 * PAGE
    base = size - span
    blocks = base - threads * block_size
    place = blocks - up(len(config))
    heap = place - kernel
    m = Measurement(size)
    for flags, offset, address, stored, used in loads:
        start = address // PAGE * PAGE
        count = up(address + used - start) // PAGE
        content = bytes(address - start) + image[offset : offset + stored]
        rights = (flags >> 2 & 1) | (flags & 2) | (flags & 1) << 2
        m.pages(base + start, count, 0x200 | rights, content + bytes(count * PAGE - len(content)))
    for number in range(threads):
        block = blocks + number * block_size
        layout = b"INCLLAY1" + struct.pack(
            "<II10Q", number, threads, size, base, span, blocks, place, len(config), heap, kernel, 0x10000, memory)
        m.pages(block, 2, 0x203, layout + bytes(2 * PAGE - len(layout)))
        m.pages(block + 2 * PAGE, 12, 0x203)
        m.pages(block + 14 * PAGE, 2, 0x203, bytes(2 * PAGE))
        tcs = struct.pack(
            "<QQQIIQQQQII", 0, 0, block + 14 * PAGE, 0, 2, base + entry, 0, block + PAGE, block, 0xFFFFFFFF, 0xFFFFFFFF)
        m.pages(block + 16 * PAGE, 1, 0x100, tcs + bytes(PAGE - len(tcs)))
    m.pages(0x10000, memory // PAGE, 0x207)
    m.pages(heap, kernel // PAGE, 0x203)
    m.pages(place, up(len(config)) // PAGE, 0x201, config + bytes(-len(config) % PAGE))
    print("mrenclave", m.hash.hexdigest())


def main():
    if sys.argv[1] == "index":
        index(sys.argv[2])
    elif sys.argv[1] == "measure":
        measure(sys.argv[2], sys.argv[3])
    else:
        sys.exit(__doc__)


main()
