"""Fine-tunes the encoder for polarity, emotions and themes at once."""

from __future__ import annotations

import argparse
import logging
import random
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sentencepiece as spm
import torch
from torch import Tensor
from torch.nn import functional

from training.augment import disturbed
from training.base import Base, find_base, read_base
from training.data import EMOTIONS, HERE, LABELS, LANGUAGES, Row, bought_in_rows, own_rows
from training.network import Encoder, Heads
from training.vocabulary import BEGIN, END, PAD, pieces_to_keep, tokenizer_of

logger = logging.getLogger("training")

SEED = 20261122
MOST_PIECES = 56
KEPT_PIECES = 44_000
BATCH = 32
OWN_TIMES = 2
"""Passes over our own comments for one over the others: they are fewer, and what we are for."""
RATE, FURTHER_RATE, HEAD_RATE = 5e-5, 6e-5, 1e-3
GRID_FROM = 0.55
"""Share of the first round after which weights are held on the 4-bit grid of the base."""
FURTHER_TIMES, FURTHER_SHARE = 2, 0.25
"""The second round: our own comments, and some of the others lest they be forgotten."""
THEMES = HERE.parent / "cjm_feedback" / "content" / "themes.toml"
THEME_TEMPERATURE = 0.08
THEMES_EVERY = 3
"""Steps for one that learns themes: phrases of every theme are read for it, a quarter of a step."""
FROZEN_LAYERS = 4
"""Lower layers know languages, not opinions; left as they are, they cost no backward pass."""


@dataclass(frozen=True)
class Batch:
    rows: list[Row]
    pieces: Tensor
    mask: Tensor


def common_words() -> Iterator[tuple[str, float]]:
    """Words by how often people write them, so that no common word loses its piece."""
    import wordfreq  # noqa: PLC0415 - only wanted once

    for language in LANGUAGES:
        for rank, word in enumerate(wordfreq.top_n_list(language, 60_000)):
            yield word, 2000 / (rank + 50)
            if rank < 20_000:
                yield word.capitalize(), 500 / (rank + 50)


class Reader:
    """Texts to padded pieces."""

    def __init__(self, tokenizer: bytes) -> None:
        self._pieces = spm.SentencePieceProcessor(model_proto=tokenizer)

    def numbers(self, text: str) -> list[int]:
        return [BEGIN, *self._pieces.encode(text)[: MOST_PIECES - 2], END]

    def padded(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        read = [self.numbers(text) for text in texts]
        longest = max(map(len, read))
        pieces = torch.full((len(read), longest), PAD)
        for number, one in enumerate(read):
            pieces[number, : len(one)] = torch.tensor(one)
        return pieces, pieces != PAD


def batches(rows: Sequence[Row], reader: Reader, rng: random.Random) -> list[Batch]:
    """Every row once, disturbed anew, with others of its length, in random order."""
    order = list(range(len(rows)))
    rng.shuffle(order)
    texts = {n: disturbed(rows[n].text, rows[n].language, rng) for n in order}
    found = []
    for start in range(0, len(order), BATCH * 40):
        part = sorted(order[start : start + BATCH * 40], key=lambda n: len(texts[n]))
        for first in range(0, len(part), BATCH):
            chosen = part[first : first + BATCH]
            pieces, mask = reader.padded([texts[n] for n in chosen])
            found.append(Batch([rows[n] for n in chosen], pieces, mask))
    rng.shuffle(found)
    return found


class Loss:
    def __init__(self, reader: Reader, rng: random.Random) -> None:
        with THEMES.open("rb") as file:
            self._themes = tomllib.load(file)
        self._keys = list(self._themes)
        self._reader, self._rng = reader, rng
        self._step = 0

    def __call__(self, encoder: Encoder, heads: Heads, batch: Batch) -> Tensor:
        polarity, emotions, themes = heads(encoder(batch.pieces, batch.mask))
        loss = self._polarity(polarity, batch.rows) + 0.5 * self._emotions(emotions, batch.rows)
        told = [n for n, row in enumerate(batch.rows) if row.themes]
        self._step += 1
        if len(told) >= 4 and self._step % THEMES_EVERY == 0:
            loss = loss + self._of_themes(encoder, heads, themes, told, batch.rows)
        return loss

    def _polarity(self, logits: Tensor, rows: Sequence[Row]) -> Tensor:
        told = [n for n, row in enumerate(rows) if row.label is not None]
        if not told:
            return logits.sum() * 0
        hidden = torch.tensor([[0.0, 0, 0, 0 if rows[n].mixed_known else -1e4] for n in told])
        target = torch.tensor([LABELS.index(str(rows[n].label)) for n in told])
        weight = torch.tensor([rows[n].label_weight for n in told])
        smooth = functional.one_hot(target, 4) * 0.94 + 0.02
        smooth = smooth * (hidden == 0)
        smooth = smooth / smooth.sum(1, keepdim=True)
        each = -(smooth * functional.log_softmax(logits[told] + hidden, 1)).sum(1)
        return (each * weight).sum() / len(rows)

    def _emotions(self, logits: Tensor, rows: Sequence[Row]) -> Tensor:
        known = torch.tensor([[float(e in row.known_emotions) for e in EMOTIONS] for row in rows])
        target = torch.tensor([[float(e in row.emotions) for e in EMOTIONS] for row in rows])
        each = functional.binary_cross_entropy_with_logits(
            logits, target, reduction="none", pos_weight=torch.full((len(EMOTIONS),), 2.0)
        )
        # Subtitles are labelled by projection from another language: half as much to be trusted.
        trust = torch.tensor([0.5 if "xed" in row.source else 1.0 for row in rows])[:, None]
        return (each * known * trust).sum() / known.sum().clamp_min(1)

    def _of_themes(
        self, encoder: Encoder, heads: Heads, vectors: Tensor, told: list[int], rows: Sequence[Row]
    ) -> Tensor:
        """Each comment nearer to a phrase of its own themes than to those of the others."""
        phrases = [
            self._rng.choice(self._themes[key][self._rng.choice(LANGUAGES)]) for key in self._keys
        ]
        seeds = heads(encoder(*self._reader.padded(phrases)))[2]
        near = vectors[told] @ seeds.T / THEME_TEMPERATURE
        target = torch.tensor(
            [
                [
                    0.0 if key not in rows[n].themes else 1.0 / (1 + rows[n].themes.index(key))
                    for key in self._keys
                ]
                for n in told
            ]
        )
        target = target / target.sum(1, keepdim=True)
        return -(target * functional.log_softmax(near, 1)).sum(1).mean()


def fit(data: Path, out: Path, *, share: float, threads: int, start: Path | None = None) -> None:
    """From the base, or further from the weights in `start` with mostly our own comments."""
    torch.manual_seed(SEED)
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    rng = random.Random(SEED)
    base = read_base(find_base())
    own = list(own_rows())
    bought_in = list(bought_in_rows(data, rng, share=share if start is None else FURTHER_SHARE))
    rows = own * (OWN_TIMES if start is None else FURTHER_TIMES) + bought_in
    if share < 1 and start is None:
        rows = rng.sample(rows, int(len(rows) * share))
    encoder, heads, tokenizer = _begin(base, rows) if start is None else _resume(base, start)
    reader = Reader(tokenizer)
    planned = batches(rows, reader, rng)
    logger.info("%d rows, %d steps", len(rows), len(planned))
    _train(encoder, heads, planned, Loss(reader, rng), further=start is not None)
    out.mkdir(parents=True, exist_ok=True)
    (out / "pieces.model").write_bytes(tokenizer)
    torch.save({"encoder": encoder.state_dict(), "heads": heads.state_dict()}, out / "weights.pt")


def _begin(base: Base, rows: Sequence[Row]) -> tuple[Encoder, Heads, bytes]:
    texts = [(row.text, 3.0 if row.source == "own" else 1.0) for row in rows]
    kept = pieces_to_keep(base, [*texts, *common_words()], most=KEPT_PIECES)
    return Encoder(base, torch.tensor(kept)), Heads(len(EMOTIONS)), tokenizer_of(base, kept)


def _resume(base: Base, start: Path) -> tuple[Encoder, Heads, bytes]:
    state = torch.load(start / "weights.pt")
    encoder = Encoder(base, torch.arange(len(state["encoder"]["words"])))
    encoder.load_state_dict(state["encoder"])
    encoder.snap_to_grid()
    heads = Heads(len(EMOTIONS))
    heads.load_state_dict(state["heads"])
    return encoder, heads, (start / "pieces.model").read_bytes()


def _train(
    encoder: Encoder, heads: Heads, planned: list[Batch], loss_of: Loss, *, further: bool
) -> None:
    encoder.freeze(FROZEN_LAYERS)
    body = [p for p in encoder.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(
        [
            {"params": body, "lr": FURTHER_RATE if further else RATE, "weight_decay": 0.01},
            {"params": list(heads.parameters()), "lr": HEAD_RATE, "weight_decay": 0.0},
        ],
        betas=(0.9, 0.98),
        eps=1e-6,
    )
    steps = len(planned)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda n: min((n + 1) / (0.06 * steps), max(0.0, 1 - n / steps) + 0.01)
    )
    encoder.train(), heads.train()
    started, recent = time.monotonic(), []
    for number, batch in enumerate(planned):
        if not further and number == int(GRID_FROM * steps):
            encoder.hold_on_grid(True)
        optimiser.zero_grad()
        loss = loss_of(encoder, heads, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_([*body, *heads.parameters()], 1.0)
        optimiser.step()
        schedule.step()
        recent.append(loss.item())
        if number % 50 == 49:
            passed = time.monotonic() - started
            mean = sum(recent[-50:]) / 50
            left = passed / (number + 1) * (steps - number - 1)
            logger.info(
                "step %d of %d, loss %.3f, %.0f s, %.0f s left",
                *(number + 1, steps, mean, passed, left),
            )


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of shared training texts")
    parser.add_argument("out", type=Path, help="where the weights go")
    parser.add_argument("--share", type=float, default=1.0, help="of the rows, for a trial")
    parser.add_argument("--start", type=Path, help="go on from the weights in this folder")
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    fit(asked.data, asked.out, share=asked.share, threads=asked.threads, start=asked.start)
