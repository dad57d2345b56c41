"""Reads a frozen TensorFlow.js graph model: its nodes, and the weights of its Const nodes."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass
class Node:
    name: str
    op: str
    inputs: list[str]
    attributes: dict


@dataclass
class Graph:
    nodes: dict[str, Node]
    weights: dict[str, np.ndarray]


def read_graph(topology: Path, weights: Path) -> Graph:
    document = json.loads(topology.read_text())
    nodes = {
        node["name"]: Node(
            node["name"], node["op"], [name.split(":")[0] for name in node.get("input", [])], node.get("attr", {})
        )
        for node in document["modelTopology"]["node"]
    }
    return Graph(nodes, read_weights(document["weightsManifest"], weights.read_bytes()))


def read_weights(manifest: list[dict], data: bytes) -> dict[str, np.ndarray]:
    """Weights that were stored as float16 are returned as such: their numbers are exact."""
    weights, at = {}, 0
    for entry in manifest[0]["weights"]:
        dtype = np.dtype(entry.get("quantization", {}).get("dtype", entry["dtype"]))
        count = int(np.prod(entry["shape"], dtype=np.int64))
        weights[entry["name"]] = np.frombuffer(data, dtype, count, at).reshape(entry["shape"])
        at += count * dtype.itemsize
    if at != len(data):
        raise ValueError(f"{len(data)} bytes of weights, but the manifest describes {at}")
    return weights


def integers(node: Node, attribute: str) -> list[int]:
    return [int(value) for value in node.attributes[attribute]["list"]["i"]]


def text(node: Node, attribute: str) -> str:
    return base64.b64decode(node.attributes[attribute]["s"]).decode()
