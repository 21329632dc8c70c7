"""Changes to a recogniser's ONNX graph, in memory: the weights stay those of the installed package."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def for_any_height(model: Any) -> bool:
    """Lets the network of an ``onnx.ModelProto`` read lines of any height, not of one alone; False where it cannot.

    PP-OCR is trained on lines of 32, 48 and 64 px (PaddleOCR's ``MultiScaleSampler``), whose rows of features are
    averaged to one, however many they are (``adaptive_avg_pool2d``). What is published averages the three rows of 48 px
    and two columns in one window: the mean over all rows and then over two columns is the same.
    """
    nodes = model.graph.node
    pools = [(place, node) for place, node in enumerate(nodes) if node.op_type == "AveragePool"]
    windows = [a.ints for _, node in pools for a in node.attribute if a.name in ("kernel_shape", "strides")]
    if len(pools) != 1 or [len(w) for w in windows] != [2, 2] or windows[0] != windows[1]:
        return False
    place, pool = pools[0]
    mean = import_module("onnx.helper").make_node("ReduceMean", [pool.input[0]], [f"{pool.output[0]}/rows"], axes=[2])
    pool.input[0] = mean.output[0]
    for window in windows:
        window[0] = 1
    nodes.insert(place, mean)
    model.graph.input[0].type.tensor_type.shape.dim[2].dim_param = "height"
    del model.graph.value_info[:]  # shapes noted for that one height
    return True
