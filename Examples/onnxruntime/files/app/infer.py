"""Runs a network on arrays and holds its answers against numpy's own."""
import sys

import numpy
import onnxruntime

batches = int(sys.argv[1]) if len(sys.argv) > 1 else 50
onnxruntime.set_default_logger_severity(3)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 4
session = onnxruntime.InferenceSession("/app/model.onnx", options, providers=["CPUExecutionProvider"])
print("inputs", [(value.name, value.shape) for value in session.get_inputs()])


def weights(name, *shape):
    count = numpy.prod(shape)
    return (((numpy.arange(count) * 7919 + len(name)) % 2003 - 1001) / 4004).astype(numpy.float32).reshape(shape)


w1, b1, w2, b2 = weights("W1", 64, 128), weights("b1", 128), weights("W2", 128, 10), weights("b2", 10)
random = numpy.random.default_rng(1)
right = 0
for _ in range(batches):
    x = random.standard_normal((256, 64)).astype(numpy.float32)
    (y,) = session.run(None, {"x": x})
    expected = numpy.maximum(x @ w1 + b1, 0) @ w2 + b2
    right += int((numpy.abs(y - expected) < 1e-3).all(axis=1).sum())
print(f"{right} of {batches * 256} answers are right, {onnxruntime.__version__} on numpy {numpy.__version__}")
