"""The architecture of wav2vec 2.0 base with a classifier, as an ONNX graph with random weights: its cost does not depend on them.

Baevski et al. 2020, as in fairseq and transformers (Wav2Vec2ForSequenceClassification): seven convolutions with GELU, the first with group norm; projection to 768; a convolution of
the positions, 128 wide in 16 groups; 12 transformer layers, 12 heads, norm after; mean over time, 256, 7 classes.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CONVOLUTIONS = ((10, 5), (3, 2), (3, 2), (3, 2), (3, 2), (2, 2), (2, 2))  # width, stride
CHANNELS, WIDTH, HEADS, LAYERS, INNER, CLASSES, HEAD = 512, 768, 12, 12, 3072, 7, 256
POSITIONS, GROUPS = 128, 16
PARAMETERS = 94_370_816
"""Of transformers' Wav2Vec2Model, which has 94,371,712, without what training alone needs: the embedding of masked frames (768), and the gains of the positions' weight norm (128)."""


class Graph:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.parameters = 0
        self.random = np.random.default_rng(1)

    def constant(self, values: np.ndarray) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def weight(self, *shape: int) -> str:
        self.parameters += int(np.prod(shape))
        fan_in = int(np.prod(shape[1:])) if len(shape) > 2 else shape[0]
        return self.constant((self.random.standard_normal(shape) / np.sqrt(fan_in)).astype(np.float32))

    def ones(self, size: int) -> str:
        self.parameters += size
        return self.constant(np.ones(size, np.float32))

    def zeros(self, size: int) -> str:
        self.parameters += size
        return self.constant(np.zeros(size, np.float32))

    def do(self, kind: str, *inputs: str, **attributes: object) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def dense(self, x: str, size: int, out: int) -> str:
        return self.do("Add", self.do("MatMul", x, self.weight(size, out)), self.zeros(out))

    def norm(self, x: str, size: int) -> str:
        return self.do("LayerNormalization", x, self.ones(size), self.zeros(size), axis=-1)

    def attention(self, x: str) -> str:
        """[batch, frames, WIDTH]"""
        shape = self.constant(np.array([0, 0, HEADS, WIDTH // HEADS], np.int64))
        split = [self.do("Reshape", self.dense(x, WIDTH, WIDTH), shape) for _ in range(3)]
        query, value = (self.do("Transpose", split[index], perm=[0, 2, 1, 3]) for index in (0, 2))
        key = self.do("Transpose", split[1], perm=[0, 2, 3, 1])
        scale = self.constant(np.array((WIDTH // HEADS) ** -0.5, np.float32))
        share = self.do("Softmax", self.do("MatMul", self.do("Mul", query, scale), key), axis=-1)
        joined = self.do("Transpose", self.do("MatMul", share, value), perm=[0, 2, 1, 3])
        return self.dense(self.do("Reshape", joined, self.constant(np.array([0, 0, WIDTH], np.int64))), WIDTH, WIDTH)


def build(path: Path) -> None:
    """Input "sound", float32 [batch, samples] at 16 kHz; output float32 [batch, 7]."""
    graph = Graph()
    x = graph.do("Unsqueeze", "sound", graph.constant(np.array([1], np.int64)))
    for index, (width, stride) in enumerate(CONVOLUTIONS):
        x = graph.do("Conv", x, graph.weight(CHANNELS, 1 if index == 0 else CHANNELS, width), strides=[stride])
        if index == 0:  # Group norm with a channel to a group.
            x = graph.do("InstanceNormalization", x, graph.ones(CHANNELS), graph.zeros(CHANNELS))
        x = graph.do("Gelu", x)
    x = graph.dense(graph.norm(graph.do("Transpose", x, perm=[0, 2, 1]), CHANNELS), CHANNELS, WIDTH)
    turned = graph.do("Transpose", x, perm=[0, 2, 1])
    positions = graph.do("Conv", turned, graph.weight(WIDTH, WIDTH // GROUPS, POSITIONS), graph.zeros(WIDTH), group=GROUPS, pads=[POSITIONS // 2, POSITIONS // 2 - 1])
    x = graph.norm(graph.do("Add", x, graph.do("Transpose", graph.do("Gelu", positions), perm=[0, 2, 1])), WIDTH)
    for _ in range(LAYERS):
        x = graph.norm(graph.do("Add", x, graph.attention(x)), WIDTH)
        x = graph.norm(graph.do("Add", x, graph.dense(graph.do("Gelu", graph.dense(x, WIDTH, INNER)), INNER, WIDTH)), WIDTH)
    if graph.parameters != PARAMETERS:
        raise SystemExit(f"the graph has {graph.parameters} parameters, not {PARAMETERS}")
    mean = graph.do("ReduceMean", graph.dense(x, WIDTH, HEAD), graph.constant(np.array([1], np.int64)), keepdims=0)
    output = graph.dense(mean, HEAD, CLASSES)
    sound = helper.make_tensor_value_info("sound", TensorProto.FLOAT, ["batch", "samples"])
    answer = helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", CLASSES])
    made = helper.make_graph(graph.nodes, "wav2vec2-base", [sound], [answer], graph.weights)
    onnx.save(helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), path)
