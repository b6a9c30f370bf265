"""Weights of an ONNX model as int8, computation in float: small on disk, and the same result on every processor.

Dynamic int8 (which also rounds the activations, and needs seven-bit weights where a processor has no VNNI) cost the
detector .02 macro-F1 on writers left out; int8 weights alone cost nothing that can be measured.
"""

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

SMALLEST = 20_000
"""Matrices with fewer values stay as they are."""


def quantise_weights(source: Path, target: Path) -> None:
    """Write a model with every weight matrix as int8 and one scale a column (embeddings: a row).

    ONNX Runtime turns the matrices back into floats when it loads the model.
    """
    model = onnx.load(str(source))
    graph = model.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    nodes = []
    for node in list(graph.node):
        name, axis = _weight_of(node)
        tensor = weights.get(name)
        if tensor is None or len(tensor.dims) != 2 or tensor.dims[0] * tensor.dims[1] < SMALLEST:
            continue
        if tensor.data_type != onnx.TensorProto.FLOAT:
            continue
        small, scales = _rounded(numpy_helper.to_array(tensor), axis)
        graph.initializer.remove(weights.pop(name))
        graph.initializer.extend(
            [numpy_helper.from_array(small, f"{name}_int8"), numpy_helper.from_array(scales, f"{name}_scale")]
        )
        inputs = [f"{name}_int8", f"{name}_scale"]
        nodes.append(helper.make_node("DequantizeLinear", inputs, [name], name=f"{name}_dequantise", axis=axis))
    for node in reversed(nodes):
        graph.node.insert(0, node)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))


def _weight_of(node: onnx.NodeProto) -> tuple[str, int]:
    """The name of a node's weight matrix, and the axis along which it has one scale an entry."""
    if node.op_type in {"MatMul", "Gemm"}:
        transposed = any(one.name == "transB" and one.i for one in node.attribute)
        return node.input[1], 0 if transposed else 1
    return (node.input[0], 0) if node.op_type == "Gather" else ("", 0)


def _rounded(matrix: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """The nearest int8 values and their scales, symmetric around zero."""
    largest = np.abs(matrix).max(axis=1 - axis, keepdims=True)
    scales = np.maximum(largest, 1e-12) / 127
    return np.round(matrix / scales).astype(np.int8), scales.reshape(-1).astype(np.float32)
