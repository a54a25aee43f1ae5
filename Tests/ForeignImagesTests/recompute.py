#!/usr/bin/env python3
"""Recomputes MRENCLAVE of enclave images from docs/reference/images.md alone, with Python's standard library.

recompute.py HEAP FILE…   prints MRENCLAVE and how many pages are added and measured, a line for each file
"""
import hashlib, struct, sys

PAGE = 4096
up = lambda value: (value + PAGE - 1) // PAGE * PAGE


class Enclave:
    def __init__(self, frame, size):
        self.hash = hashlib.sha256(b"ECREATE\0" + struct.pack("<IQ", frame, size) + bytes(44))
        self.pages = self.measured = 0

    def add(self, offset, flags, content):
        """One page; content is None where it is not measured."""
        self.hash.update(b"EADD\0\0\0\0" + struct.pack("<QQ", offset, flags) + bytes(40))
        self.pages += 1
        if content is None:
            return
        self.measured += 1
        for chunk in range(0, PAGE, 256):
            self.hash.update(b"EEXTEND\0" + struct.pack("<Q", offset + chunk) + bytes(48) + content[chunk : chunk + 256])


def program_headers(data):
    table, = struct.unpack_from("<Q", data, 32)
    count, = struct.unpack_from("<H", data, 56)
    for number in range(count):
        kind, flags, offset, address, _, stored, used, _ = struct.unpack_from("<IIQQQQQQ", data, table + 56 * number)
        yield kind, (flags >> 2 & 1) | (flags & 2) | (flags & 1) << 2, offset, address, stored, used


def section(data, wanted):
    table, = struct.unpack_from("<Q", data, 40)
    count, names = struct.unpack_from("<HH", data, 60)
    strings, = struct.unpack_from("<Q", data, table + 64 * names + 24)
    for number in range(count):
        name, _, _, _, place, size = struct.unpack_from("<IIQQQQ", data, table + 64 * number)
        start = strings + name
        if data[start : start + len(wanted) + 1] == wanted + b"\0":
            return place, size
    return None


def relocated_pages(data, segments):
    tags = {}
    for kind, _, offset, _, stored, _ in segments:
        if kind == 2:
            for place in range(offset, offset + stored, 16):
                tag, value = struct.unpack_from("<QQ", data, place)
                if tag == 0:
                    break
                tags[tag] = value
    pages = set()
    if 22 not in tags:
        return pages
    for address, size in ((tags.get(7), tags.get(8)), (tags.get(23), tags.get(2))):
        if address is None or not size:
            continue
        for kind, _, offset, start, stored, _ in segments:
            if kind == 1 and start <= address < start + stored:
                for place in range(offset + address - start, offset + address - start + size, 24):
                    target, info, _ = struct.unpack_from("<QQQ", data, place)
                    if info & 0xFFFFFFFF:
                        pages |= {target // PAGE, (target + 7) // PAGE}
    return pages


def sdk(data):
    place, _ = section(data, b".note.sgxmeta")
    namesz, descsz, _ = struct.unpack_from("<III", data, place)
    assert data[place + 12 : place + 12 + namesz] == b"sgx_metadata\0"
    here, best = place + 12 + namesz, None
    while struct.unpack_from("<Q", data, here)[0] == 0x86A80294635D0E4C:
        version, size = struct.unpack_from("<QI", data, here + 8)
        major, minor = version >> 32, version & 0xFFFFFFFF
        understood = major < 20 and (1, 3) <= (major % 10, minor) and major % 10 <= 3
        if understood and (best is None or version > best[0]):
            best = version, here, size
        here += size
    version, here, size = best
    meta = data[here : here + size]
    frame, = struct.unpack_from("<I", meta, 24)
    elrange, = struct.unpack_from("<Q", meta, 40)
    base = 0
    if version >> 32 > 10:
        entry, = struct.unpack_from("<I", meta, 1888)
        image, start, elrange = struct.unpack_from("<QQQ", meta, entry)
        base = image - start
    segments = list(program_headers(data))
    written = relocated_pages(data, segments)
    patched = bytearray(data)
    offset, length = struct.unpack_from("<II", meta, 1872)
    for entry in range(offset, offset + length, 32):
        target, source, count = struct.unpack_from("<QII", meta, entry)
        patched[target : target + count] = meta[source : source + count]
    e = Enclave(frame, elrange)
    for kind, rights, offset, address, stored, used in segments:
        if kind != 1:
            continue
        first = address // PAGE * PAGE
        memory = bytes(address - first) + bytes(patched[offset : offset + stored])
        with_bytes = up(len(memory)) if stored else 0
        memory += bytes(up(address + used) - first - len(memory))
        for start in range(0, len(memory), PAGE):
            write = 2 if start < with_bytes and (first + start) // PAGE in written else 0
            e.add(base + first + start, 0x200 | rights | write, memory[start : start + PAGE])
    offset, length = struct.unpack_from("<II", meta, 1880)
    entries = [meta[place : place + 32] for place in range(offset, offset + length, 32)]

    def load(entry, step):
        kind, attributes, pages, address, size, source, flags = struct.unpack("<HHIQIIQ", entry)
        if not attributes & 1 or flags == 0:
            return
        address += step
        measure = attributes & 3 == 3
        fill = struct.pack("<I", size) * 1024 if size else bytes(PAGE)
        content = fill * pages
        if source and flags == 0x100:
            page = bytearray(meta[source : source + size] + bytes(PAGE - size))
            for field in (16, 48, 56):
                value, = struct.unpack_from("<Q", page, field)
                struct.pack_into("<Q", page, field, value + address)
            content = bytes(page) * pages
        elif source:
            content, measure = meta[source : source + size] + bytes(pages * PAGE - size), True
        for page in range(pages):
            e.add(base + address + page * PAGE, flags, content[page * PAGE : page * PAGE + PAGE] if measure else None)

    for number, entry in enumerate(entries):
        kind, count, times, step = struct.unpack_from("<HHIQ", entry)
        if kind & 0x1000:
            for turn in range(1, times + 1):
                for repeated in entries[number - count : number]:
                    load(repeated, turn * step)
        else:
            load(entry, 0)
    return e


def selftest(data, heap):
    loads = [segment for segment in program_headers(data) if segment[0] == 1]
    start = loads[0][2] // PAGE * PAGE
    parts = []
    for number, (_, rights, offset, _, stored, _) in enumerate(loads):
        place = offset // PAGE * PAGE
        content = data[place : place + up(stored)]
        parts.append((place - start, 0x200 | rights if number else 0x100, content + bytes(up(stored) - len(content))))
    end = parts[-1][0] + len(parts[-1][2])
    size = PAGE
    while size < end + heap:
        size *= 2
    e = Enclave(1, size)
    for offset, flags, content in parts:
        for page in range(0, len(content), PAGE):
            e.add(offset + page, flags, content[page : page + PAGE])
    for page in range(end, end + heap, PAGE):
        e.add(page, 0x203, None)
    return e


def sgxs(data):
    e = Enclave(1, 0)
    e.hash = hashlib.sha256()
    place = 0
    while place < len(data):
        tag = data[place : place + 8]
        size = 320 if tag in (b"EEXTEND\0", b"UNMEASRD") else 64
        if tag != b"UNMEASRD":
            e.hash.update(data[place : place + size])
        e.pages += tag == b"EADD\0\0\0\0"
        place += size
    return e


def recompute(path, heap):
    data = open(path, "rb").read()
    if data[:8] == b"ECREATE\0":
        e = sgxs(data)
    elif section(data, b".note.sgxmeta") if struct.unpack_from("<H", data, 60)[0] else None:
        e = sdk(data)
    else:
        e = selftest(data, heap)
    print(e.hash.hexdigest(), e.pages, e.measured)


for path in sys.argv[2:]:
    recompute(path, int(sys.argv[1]))
