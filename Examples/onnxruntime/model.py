"""Writes a small network as an ONNX file, in protobuf's own bytes: y = relu(x * W1 + b1) * W2 + b2, with weights anybody can compute."""
import struct
import sys

SIZE, HIDDEN, ANSWERS = 64, 128, 10


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def weights(name, *shape):
    count = 1
    for length in shape:
        count *= length
    values = [((n * 7919 + len(name)) % 2003 - 1001) / 4004 for n in range(count)]
    raw = struct.pack(f"<{count}f", *values)
    return b"".join(field(1, length) for length in shape) + field(2, 1) + field(8, name) + field(9, raw)


def node(kind, inputs, output):
    return b"".join(field(1, name) for name in inputs) + field(2, output) + field(3, output) + field(4, kind)


def tensor(name, width):
    batch = field(1, field(2, "batch"))
    shape = batch + field(1, field(1, width))
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)))


graph = b"".join(field(1, n) for n in [
    node("MatMul", ["x", "W1"], "a"), node("Add", ["a", "b1"], "b"), node("Relu", ["b"], "c"),
    node("MatMul", ["c", "W2"], "d"), node("Add", ["d", "b2"], "y"),
])
graph += field(2, "network")
for values in [weights("W1", SIZE, HIDDEN), weights("b1", HIDDEN), weights("W2", HIDDEN, ANSWERS), weights("b2", ANSWERS)]:
    graph += field(5, values)
graph += field(11, tensor("x", SIZE)) + field(12, tensor("y", ANSWERS))
model = field(1, 8) + field(2, "example") + field(7, graph) + field(8, field(1, "") + field(2, 13))
with open(sys.argv[1], "wb") as file:
    file.write(model)
