"""Texts to polarity, emotions, themes and meaning, by the model file that lies beside the code."""

from __future__ import annotations

import json
import math
import threading
import zipfile
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from time import thread_time
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from cjm_feedback.sentiment.deep.words import Floats, Words

MODEL_FILE: Final = Path(__file__).parents[1] / "models" / "deep.zip"
POLARITIES: Final = ("negative", "neutral", "positive", "mixed")
EMOTIONS: Final = (
    "joy", "trust", "anticipation", "surprise", "sadness", "anger", "fear", "disgust",
)  # fmt: skip

_BEGIN: Final = 0
_PADDING: Final = 1
_END: Final = 2
_TOKENS_AT_ONCE: Final = 512
_CHARACTERS: Final = 600
"""A clause of more has more pieces than are read; cutting it first keeps time bounded."""


class DeepUnavailableError(Exception):
    """The model file or a library that it needs is missing or damaged."""


class Encoded(NamedTuple):
    """What was read of n texts, in their order."""

    polarity: Floats
    """(n, 4) logits: negative, neutral, positive, mixed."""
    emotions: Floats
    """(n, 8) logits in the order of `EMOTIONS`."""
    themes: Floats
    """(n, 96) vectors of length 1: near those of phrases about the same topic."""
    text: Floats
    """(n, 384) vectors of length 1: near those of texts of like meaning in any language."""


class DeepModel:
    """A transformer of twelve layers in ONNX, its word vectors and heads in numpy."""

    def __init__(self, path: Path = MODEL_FILE) -> None:
        try:
            self._load(path)
        except (OSError, ImportError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise DeepUnavailableError(f"{path.name}: {type(error).__name__}") from error

    def _load(self, path: Path) -> None:
        import onnxruntime  # noqa: PLC0415 - heavy, and the other engines do without
        import sentencepiece  # noqa: PLC0415

        with zipfile.ZipFile(path) as archive:
            about: dict[str, Any] = json.loads(archive.read("about.json"))
            self._pieces = sentencepiece.SentencePieceProcessor(
                model_proto=archive.read("pieces.model")
            )
            with np.load(BytesIO(archive.read("heads.npz")), allow_pickle=False) as heads:
                self.heads: dict[str, Floats] = {
                    name: heads[name].astype(np.float32) for name in heads.files
                }
            width = self.heads["polarity_weight"].shape[1]
            self._words = Words(archive.read("words.bin"), width)
            options = onnxruntime.SessionOptions()
            # One core: the machine also serves pages.
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            options.enable_cpu_mem_arena = False
            options.log_severity_level = 3
            self._session = onnxruntime.InferenceSession(
                archive.read("encoder.onnx"), options, providers=["CPUExecutionProvider"]
            )
        self.version = int(about["version"])
        self._most_pieces = int(about["places"])

    def encode(self, texts: Sequence[str], *, until: float = math.inf) -> Encoded:
        """What each text says; a text is read up to its first 64 pieces, some 40 words.

        TimeoutError when the thread has used processor time up to `until` before all are read.
        """
        text = self._meanings(texts, until)
        themes = text @ self.heads["theme_weight"].T
        return Encoded(
            polarity=text @ self.heads["polarity_weight"].T + self.heads["polarity_bias"],
            emotions=text @ self.heads["emotions_weight"].T + self.heads["emotions_bias"],
            themes=themes / np.linalg.norm(themes, axis=1, keepdims=True),
            text=text,
        )

    def _meanings(self, texts: Sequence[str], until: float) -> Floats:
        read = [self._numbers(text) for text in texts]
        meanings = np.empty((len(read), self._words.width), np.float32)
        for batch in _by_length(read):
            if thread_time() > until:
                raise TimeoutError
            longest = len(read[batch[-1]])
            pieces = np.full((len(batch), longest), _PADDING, np.int64)
            for row, number in enumerate(batch):
                pieces[row, : len(read[number])] = read[number]
            (meanings[batch],) = self._session.run(
                ["text"], {"words": self._words.vectors(pieces), "mask": pieces != _PADDING}
            )
        return meanings

    def _numbers(self, text: str) -> list[int]:
        numbers: list[int] = self._pieces.encode(text[:_CHARACTERS])
        return [_BEGIN, *numbers[: self._most_pieces - 2], _END]


def _by_length(read: Sequence[Sequence[int]]) -> list[npt.NDArray[np.int64]]:
    """Numbers of texts in batches of like length, so that little is padding."""
    order = sorted(range(len(read)), key=lambda number: len(read[number]))
    batches: list[npt.NDArray[np.int64]] = []
    first = 0
    for place, number in enumerate(order):
        if (place - first + 1) * len(read[number]) > _TOKENS_AT_ONCE and place > first:
            batches.append(np.array(order[first:place]))
            first = place
    if order:
        batches.append(np.array(order[first:]))
    return batches


_lock: Final = threading.Lock()


def deep_model() -> DeepModel:
    """The model, loaded once in a process; DeepUnavailableError where it cannot be."""
    with _lock:
        return _loaded()


@cache
def _loaded() -> DeepModel:
    return DeepModel()
