"""A client of AESM from the facts of its protocol alone: plain sockets, protobuf by hand, one connection a request.

aesm_client.py SOCKET flow          21, 22, 19, 15 twice; prints the target info, reads a REPORT (hexadecimal lines), then 16 and 17
aesm_client.py SOCKET old           all that is refused, whole and with a field left out; prints operation, answered operation, error
aesm_client.py SOCKET raw HEX ...   sends each body in a frame, prints each answer's operation and fields
"""

import hashlib
import json
import os
import socket
import struct
import sys


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, at
        shift += 7


def fields(data):
    found, at = {}, 0
    while at < len(data):
        tag, at = read_varint(data, at)
        if tag & 7 == 0:
            found[tag >> 3], at = read_varint(data, at)
        elif tag & 7 == 2:
            size, at = read_varint(data, at)
            assert at + size <= len(data), "a field longer than its message"
            found[tag >> 3] = data[at : at + size]
            at += size
        else:
            raise ValueError(f"wire type {tag & 7}")
    return found


def exactly(connection, count):
    data = b""
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            raise EOFError(f"the service closed after {len(data)} of {count} bytes")
        data += part
    return data


def exchange(path, body):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(20)
        connection.connect(path)
        connection.sendall(struct.pack("=I", len(body)) + body)
        (size,) = struct.unpack("=I", exactly(connection, 4))
        answer = fields(exactly(connection, size))
    assert len(answer) == 1, "one message a response"
    ((operation, inner),) = answer.items()
    return operation, fields(inner)


def ask(path, operation, *members):
    number, answer = exchange(path, field(operation, b"".join(field(*member) for member in members)))
    assert number == operation, f"asked {operation}, answered {number}"
    assert answer[1] == 0, f"operation {operation}: error {answer[1]}"
    return answer


def flow(path):
    timeout = (9, 15000)
    count = ask(path, 21, timeout)[2]
    key_ids = ask(path, 22, (1, 256 * count), timeout)[2]
    assert count == 1 and len(key_ids) == 256, (count, len(key_ids))
    selected = ask(path, 19, (1, struct.pack("<HHI", 0, 0, count) + key_ids), (2, 15000))[2]
    assert selected == key_ids and struct.unpack_from("<I", selected, 154) == (2,)
    sized = ask(path, 15, (1, selected), (3, 0), timeout)
    assert sized[3] == 32 and 4 not in sized, sized
    named = ask(path, 15, (1, selected), (3, 1), (4, sized[3]), timeout)
    assert len(named[4]) == named[3] == 32 and len(named[2]) == 512
    print(named[2].hex(), flush=True)
    report, own_target = bytes.fromhex(sys.stdin.readline()), bytes.fromhex(sys.stdin.readline())
    size = ask(path, 16, (1, selected), timeout)[2]
    nonce = os.urandom(16)
    info = nonce + own_target + bytes(432)
    answer = ask(path, 17, (1, report), (2, selected), (3, info), (4, size), timeout)
    quote, info = answer[2], answer[3]
    assert len(quote) == size and info[:528] == nonce + own_target
    assert info[528 + 320 : 528 + 384] == hashlib.sha256(nonce + quote).digest() + bytes(32), "the QE report is over something else"
    assert quote[48:432] == report[:384], "the quote is of another report"
    (signature_size,) = struct.unpack_from("<I", quote, 432)
    assert 436 + signature_size == size, "the quote's own size differs from the service's"
    assert quote[436 + 64 + 64 + 320 : 436 + 64 + 64 + 352] == named[4], "the public key's name is not what the QE report vouches for"
    padded = ask(path, 17, (1, report), (2, selected), (4, size + 100), timeout)[2]
    assert len(padded) == size + 100 and padded[size:] == bytes(100), "Intel's service fills the buffer"
    print(json.dumps({"quote": quote.hex(), "qeReport": info[528:].hex()}), flush=True)


BYTES, NUMBER = b"\x01\x02", 7
OLD = {  # operation: members, those first that it cannot be without
    1: (0, [(9, NUMBER)]),
    2: (4, [(1, BYTES), (2, NUMBER), (3, BYTES), (6, NUMBER), (4, BYTES), (5, BYTES), (7, 1), (9, NUMBER)]),
    3: (3, [(1, BYTES), (2, BYTES), (3, BYTES), (9, NUMBER)]),
    4: (3, [(1, BYTES), (2, NUMBER), (3, NUMBER), (9, NUMBER)]),
    10: (0, [(9, NUMBER)]),
    11: (0, [(1, NUMBER), (9, NUMBER)]),
    12: (0, [(9, NUMBER)]),
    13: (0, [(1, NUMBER), (9, NUMBER)]),
    14: (2, [(1, BYTES), (2, 0), (9, NUMBER)]),
    18: (0, [(1, BYTES)]),
}


def old(path):
    def error(operation, members):
        number, answer = exchange(path, field(operation, b"".join(field(*member) for member in members)))
        assert list(answer) == [1], f"operation {operation}: more than an error"
        print(json.dumps([operation, number, answer[1]]))

    for operation, (required, members) in OLD.items():
        error(operation, members)
        for left_out in range(required):
            error(operation, members[:left_out] + members[left_out + 1 :])
    error(14, [(1, BYTES), (2, 5)])


def raw(path, bodies):
    for body in bodies:
        try:
            operation, answer = exchange(path, bytes.fromhex(body))
            printable = {str(key): value if isinstance(value, int) else value.hex() for key, value in answer.items()}
            print(json.dumps({"operation": operation, "fields": printable}))
        except (EOFError, ConnectionError):
            print(json.dumps({"closed": True}))


if __name__ == "__main__":
    if sys.argv[2] == "flow":
        flow(sys.argv[1])
    elif sys.argv[2] == "old":
        old(sys.argv[1])
    else:
        raw(sys.argv[1], sys.argv[3:])
