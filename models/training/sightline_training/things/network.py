"""The network of a TensorFlow.js graph that was converted from channels first, as ONNX nodes in channels first again.

Such a graph turns every picture and map round before each convolution, and back after it. These turns are left out, the padding before a
convolution becomes its own, and so does the bias after it.
"""

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper

from .tfjs_graph import Graph, Node, integers, text

_TURNS = ([0, 2, 3, 1], [0, 3, 1, 2])


class Network:
    """Nodes and constants are in the order in which they are computed, so the same graph gives the same bytes."""

    def __init__(self, graph: Graph, image: str, *, half: bool):
        """half: weights are stored as float16, as the package has them; ONNX Runtime still computes with float32."""
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []
        self._graph = graph
        self._image = image
        self._half = half
        self._made: dict[str, str] = {}
        self._translate = {
            "Add": self._add,
            "ConcatV2": self._concat,
            "LeakyRelu": self._leaky_relu,
            "MaxPool": self._max_pool,
            "ResizeBilinear": self._resize,
        }

    def tensor(self, name: str) -> str:
        """The ONNX name of a node's output; adds the nodes that compute it, if they are not there yet."""
        node = self._past_turns(name)
        if node.op == "Placeholder":
            return self._image
        if node.name not in self._made:
            if node.op not in self._translate:
                raise ValueError(f"{node.name} is a {node.op}, which this program does not translate")
            self._made[node.name] = self._translate[node.op](node)
        return self._made[node.name]

    def emit(self, op: str, inputs: list[str], **attributes) -> str:
        output = f"{op.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def constant(self, values: np.ndarray) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def weights(self, values: np.ndarray) -> str:
        if not self._half:
            return self.constant(values.astype(np.float32))
        return self.emit("Cast", [self.constant(values)], to=TensorProto.FLOAT)

    def _past_turns(self, name: str) -> Node:
        node = self._graph.nodes[name]
        while node.op == "Transpose":
            turn = self._graph.weights[node.inputs[1]].tolist()
            if turn not in _TURNS:
                raise ValueError(f"{node.name} turns {turn}, which is not between channels first and last")
            node = self._graph.nodes[node.inputs[0]]
        return node

    def _unpadded(self, name: str) -> tuple[str, list[int]]:
        """The input of a padded window, and the padding: top, left, bottom, right."""
        node = self._past_turns(name)
        if node.op not in ("Pad", "PadV2"):
            return self.tensor(name), [0, 0, 0, 0]
        pairs = self._graph.weights[node.inputs[1]].tolist()
        if pairs[:2] != [[0, 0], [0, 0]]:
            raise ValueError(f"{node.name} pads {pairs}, not only height and width")
        (top, bottom), (left, right) = pairs[2:]
        return self.tensor(node.inputs[0]), [top, left, bottom, right]

    def _add(self, node: Node) -> str:
        first, second = node.inputs
        if self._graph.nodes[first].op == "Conv2D":
            return self._convolution(self._graph.nodes[first], self._graph.weights[second])
        return self.emit("Add", [self.tensor(first), self.tensor(second)])

    def _convolution(self, node: Node, bias: np.ndarray) -> str:
        source, pads = self._unpadded(node.inputs[0])
        kernel = self._graph.weights[node.inputs[1]].transpose(3, 2, 0, 1)
        return self.emit(
            "Conv",
            [source, self.weights(kernel), self.weights(bias.reshape(-1))],
            kernel_shape=list(kernel.shape[2:]),
            pads=pads,
            strides=integers(node, "strides")[1:3],
            dilations=integers(node, "dilations")[1:3],
        )

    def _concat(self, node: Node) -> str:
        axis = int(self._graph.weights[node.inputs[-1]])
        if axis != 1:
            raise ValueError(f"{node.name} joins along axis {axis}, not along channels")
        return self.emit("Concat", [self.tensor(name) for name in node.inputs[:-1]], axis=1)

    def _leaky_relu(self, node: Node) -> str:
        return self.emit("LeakyRelu", [self.tensor(node.inputs[0])], alpha=node.attributes["alpha"]["f"])

    def _max_pool(self, node: Node) -> str:
        if text(node, "padding") != "VALID":
            raise ValueError(f"{node.name} pads {text(node, 'padding')}, not VALID")
        source, pads = self._unpadded(node.inputs[0])
        return self.emit(
            "MaxPool",
            [source],
            kernel_shape=integers(node, "ksize")[1:3],
            pads=pads,
            strides=integers(node, "strides")[1:3],
        )

    def _resize(self, node: Node) -> str:
        if not node.attributes["half_pixel_centers"]["b"]:
            raise ValueError(f"{node.name} measures pixels from their corners")
        scale = self._height(node) / self._height(self._past_turns(node.inputs[0]))
        return self.emit(
            "Resize",
            [self.tensor(node.inputs[0]), "", self.constant(np.array([1, 1, scale, scale], np.float32))],
            mode="linear",
            coordinate_transformation_mode="half_pixel",
        )

    def _height(self, node: Node) -> int:
        """Rows of a node's output; maps are square."""
        if node.op == "Placeholder":
            return int(node.attributes["shape"]["shape"]["dim"][2]["size"])
        if node.op == "ResizeBilinear":
            return int(self._graph.weights[node.inputs[1]][0])
        before = self._height(self._graph.nodes[node.inputs[0]])
        if node.op not in ("Conv2D", "MaxPool"):
            return before
        # Windows are padded so that only their stride counts.
        return -(-before // integers(node, "strides")[1])
