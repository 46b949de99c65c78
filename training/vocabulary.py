"""The pieces kept of the 250,000: those that four languages use."""

from __future__ import annotations

import collections
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

import sentencepiece as spm
from sentencepiece import sentencepiece_model_pb2 as spm_format

from training.base import Base

BEGIN, PAD, END, UNKNOWN = 0, 1, 2, 3
_SPECIAL: Final = 4
_OURS: Final = re.compile(
    "[\u2581\u0020-\u007e\u00a0-\u017f\u0218-\u021b\u0400-\u045f\u0490\u0491\u2010-\u2026"
    "\u2030-\u203a\u20ac\u20bd\u2116\u2122\u2190-\u21ff\u2600-\u27bf\u2b50\u2764"
    "\U0001f300-\U0001faff]+"
)


def tokenizer_of(base: Base, kept: Sequence[int]) -> bytes:
    """A sentencepiece unigram model of the `kept` pieces; its ids follow their order."""
    model = spm_format.ModelProto()
    model.ParseFromString(_empty_model())
    del model.pieces[:]
    for number, piece in enumerate(kept):
        kind = {UNKNOWN: "UNKNOWN", BEGIN: "CONTROL", PAD: "CONTROL", END: "CONTROL"}
        model.pieces.add(
            piece=base.pieces[piece],
            score=float(base.scores[piece]),
            type=spm_format.ModelProto.SentencePiece.Type.Value(kind.get(number, "NORMAL")),
        )
    trainer = model.trainer_spec
    trainer.bos_id, trainer.pad_id, trainer.eos_id, trainer.unk_id = BEGIN, PAD, END, UNKNOWN
    trainer.bos_piece, trainer.pad_piece, trainer.eos_piece = "<s>", "<pad>", "</s>"
    trainer.vocab_size = len(kept)
    trainer.ClearField("input")
    trainer.ClearField("model_prefix")
    return bytes(model.SerializeToString())


def pieces_to_keep(base: Base, texts: Iterable[tuple[str, float]], *, most: int) -> list[int]:
    """The `most` pieces of greatest weight in `texts`, and every letter on its own.

    Each text comes with its weight. The special pieces keep the first four places.
    """
    whole = spm.SentencePieceProcessor(model_proto=tokenizer_of(base, range(len(base.pieces))))
    weights: collections.Counter[int] = collections.Counter()
    for text, weight in texts:
        for piece in whole.encode(text):
            weights[piece] += weight  # type: ignore[assignment]  # a share of an occurrence
    fitting = {
        number
        for number, piece in enumerate(base.pieces)
        if number >= _SPECIAL and _OURS.fullmatch(piece)
    }
    letters = {number for number in fitting if len(base.pieces[number].lstrip("\u2581")) <= 1}
    words = fitting - letters
    chosen = [number for number, _ in weights.most_common() if number in words]
    return [*range(_SPECIAL), *sorted(letters | set(chosen[: most - len(letters) - _SPECIAL]))]


def _empty_model() -> bytes:
    """Any small model, for the normaliser that multilingual models share (NFKC of nmt)."""
    written = io.BytesIO()
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g h i j k l m n o p"]),
        model_writer=written,
        vocab_size=20,
        model_type="unigram",
        normalization_rule_name="nmt_nfkc",
        hard_vocab_limit=False,
        minloglevel=2,
    )
    return written.getvalue()
