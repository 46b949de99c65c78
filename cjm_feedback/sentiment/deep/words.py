"""Word vectors in four bits: a scale for each 32 numbers, two numbers in a byte."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

WORD_BLOCK: Final = 32
_BLOCK: Final = np.dtype([("step", "<f2"), ("nibbles", "u1", WORD_BLOCK // 2)])


def packed_words(vectors: Floats) -> bytes:
    """`vectors` (pieces, width), rounded to 16 steps in each block; `Words` reads it back."""
    blocks = vectors.reshape(-1, WORD_BLOCK)
    farthest = np.take_along_axis(blocks, np.abs(blocks).argmax(1)[:, None], 1)
    steps = (farthest / -8).astype(np.float16)
    divisors = np.where(steps == 0, np.float16(1), steps).astype(np.float32)
    levels = (np.clip(np.round(blocks / divisors), -8, 7) + 8).astype(np.uint8)
    packed = np.empty(len(blocks), _BLOCK)
    packed["step"] = steps[:, 0]
    packed["nibbles"] = levels[:, :16] | (levels[:, 16:] << 4)
    return packed.tobytes()


class Words:
    """The vector of each piece, unpacked when it is asked for."""

    def __init__(self, raw: bytes, width: int) -> None:
        self._blocks = np.frombuffer(raw, _BLOCK).reshape(-1, width // WORD_BLOCK)
        self.width = width

    def __len__(self) -> int:
        return len(self._blocks)

    def vectors(self, pieces: npt.NDArray[np.int64]) -> Floats:
        """(b, l) pieces to (b, l, width)."""
        blocks = self._blocks[pieces]
        nibbles = blocks["nibbles"]
        levels = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32) - 8
        levels *= blocks["step"].astype(np.float32)[..., None]
        return levels.reshape(*pieces.shape, self.width)
