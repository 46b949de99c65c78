"""Makes `cjm_feedback/sentiment/models/language.npz`: which language a comment is in.

    python -m training.language TEXTS CATALOGUES

TEXTS is the folder of the bought-in texts; CATALOGUES one with the unpacked
wheels of Django, django-oscar, django-allauth and Wagtail (BSD and MIT), whose
translations teach the languages around ours. Words by frequency come from the
package wordfreq (its data are CC BY-SA 4.0).
"""

from __future__ import annotations

import random
import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import torch
import wordfreq

from cjm_feedback.sentiment.folding import fold
from cjm_feedback.sentiment.language import (
    BUCKET_BITS,
    LANGUAGES,
    MODEL_FILE,
    buckets_of,
    letters_of,
)
from training.data import HERE, read_comments

SEED: Final = 7
# One set of weights each: neighbours that would pull one set in different directions.
FAMILIES: Final = (
    ("sk",),
    ("sl", "hr", "sh", "bs"),
    ("uk", "be"),
    ("bg", "mk", "sr"),
    ("de", "nl", "da", "sv", "nb"),
    ("es", "fr", "it", "pt", "ro", "ca", "hu", "fi", "tr", "lt", "lv"),
)
CLASSES: Final = (*LANGUAGES, *FAMILIES)
_MOST_TEXTS: Final = 14_000
_MOST_MESSAGES: Final = 3_000
_WORD_SALADS: Final = {"sk": 9_000, "uk": 9_000, **dict.fromkeys(LANGUAGES, 9_000)}
_FEW_SALADS: Final = 4_000
_WORDS_KNOWN: Final = 40_000
_FILES: Final = {
    "cs": ("cs_emotions_xed",),
    "pl": ("pl_emotions_xed", "pl_hotels", "pl_medicine"),
    "ru": ("ru_emotions_xed", "ru_emotions_cedr", "ru_emotions_brighter"),
    "en": ("en_emotions_xed", "en_products", "en_emotions_brighter"),
}
_FOLDED: Final = 0.35
_LATIN: Final = 0.12

Sample = tuple[str, int, float]


def is_held_out(text: str) -> bool:
    """A tenth of the texts, always the same, that nothing is learnt from."""
    return zlib.crc32(text.encode()) % 10 == 0


def own_texts(language: str) -> list[str]:
    return [c.text for c in read_comments(HERE / "comments" / f"{language}.tsv")]


def bought_in_texts(folder: Path, language: str) -> list[str]:
    texts = []
    for name in _FILES[language]:
        for line in (folder / f"{name}.tsv").open(encoding="utf-8"):
            text = line.split("\t")[0].strip()
            if sum(map(str.isalpha, text)) >= 3:
                texts.append(text)
    return texts


_MESSAGE: Final = re.compile(r'^(msgid|msgstr)(?:\[\d\])? "(.*)"$|^"(.*)"$')
_MARKUP: Final = re.compile(r"%\(\w+\)[sd]|%[sd]|\{[^}]*\}|<[^>]*>|&\w+;|\\[nt]|https?://\S+")


def messages(folder: Path, language: str) -> list[str]:
    """Translated messages, or their English originals; same as the original are none."""
    found: dict[str, None] = {}
    source = "de" if language == "en" else language
    for path in sorted(folder.rglob(f"locale/{source}/LC_MESSAGES/*.po")):
        for original, translation in _entries(path):
            text = original if language == "en" else translation
            text = _MARKUP.sub(" ", text).replace('\\"', '"')
            if original != translation and sum(map(str.isalpha, text)) >= 4:
                found[" ".join(text.split())] = None
    return list(found)


def _entries(path: Path) -> Iterator[tuple[str, str]]:
    parts = {"msgid": "", "msgstr": ""}
    member = "msgid"
    for line in path.read_text("utf-8").splitlines():
        match = _MESSAGE.match(line)
        if match and match[1] == "msgid":
            if parts["msgid"]:
                yield parts["msgid"], parts["msgstr"]
            parts, member = {"msgid": match[2], "msgstr": ""}, "msgid"
        elif match and match[1]:
            member = "msgstr" if not parts["msgstr"] else "more"
            parts.setdefault(member, "")
            parts[member] += match[2]
        elif match:
            parts[member] = parts.get(member, "") + match[3]
    if parts["msgid"]:
        yield parts["msgid"], parts["msgstr"]


def word_salads(language: str, many: int, rng: random.Random) -> list[str]:
    """Words drawn by how often they are used, a few of the rarer ones among them."""
    if language not in wordfreq.available_languages():
        return []  # the package would answer with a neighbour's words
    words = wordfreq.top_n_list(language, _WORDS_KNOWN, "best")
    words = [word for word in words if word.isalpha()]
    weights = [wordfreq.word_frequency(word, language) for word in words]
    drawn = iter(rng.choices(words, weights, k=12 * many))
    rare = iter(rng.choices(words, k=12 * many))
    salads = []
    for _ in range(many):
        length = rng.randint(2, 12)
        salads.append(" ".join(next(rare if rng.random() < 0.4 else drawn) for _ in range(length)))
    return salads


_TRANSLITERATIONS: Final = [
    dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", spelled.split("|"), strict=True))
    for spelled in (
        "a|b|v|g|d|e|e|zh|z|i|y|k|l|m|n|o|p|r|s|t|u|f|h|c|ch|sh|sch||y||e|yu|ya",
        "a|b|v|g|d|e|yo|zh|z|i|j|k|l|m|n|o|p|r|s|t|u|f|kh|ts|ch|sh|shch||y|'|e|ju|ja",
        "a|b|v|g|d|e|e|j|z|i|i|k|l|m|n|o|p|r|s|t|u|f|x|c|4|w|sch||i||e|u|ia",
    )
]


def in_latin_letters(text: str, rng: random.Random) -> str:
    """Russian as typed without a Russian keyboard."""
    letters = rng.choice(_TRANSLITERATIONS)
    return "".join(letters.get(letter, letter) for letter in text.lower())


def windows(text: str, rng: random.Random) -> Iterator[str]:
    """The whole text, a few words of it and a sentence's worth."""
    words = text.split()
    yield " ".join(words[:40])
    for shortest, longest in ((1, 5), (4, 15)):
        length = rng.randint(shortest, longest)
        if length < len(words):
            start = rng.randrange(len(words) - length + 1)
            yield " ".join(words[start : start + length])


def spoiled(text: str, language: str, rng: random.Random) -> str:
    if language == "ru":
        return in_latin_letters(text, rng) if rng.random() < _LATIN else text
    return fold(text.lower()) if rng.random() < _FOLDED else text


def texts_of(language: str, texts: Path, catalogues: Path, rng: random.Random) -> list[str]:
    known = language in LANGUAGES
    found = []
    if known:
        found = bought_in_texts(texts, language)
        rng.shuffle(found)
        found = found[:_MOST_TEXTS] + 3 * own_texts(language)
    translated = messages(catalogues, language)
    rng.shuffle(translated)
    found += translated[:_MOST_MESSAGES]
    return [text for text in found if not is_held_out(text)]


def samples(texts: Path, catalogues: Path, rng: random.Random) -> list[Sample]:
    found: list[Sample] = []
    for number, members in enumerate(CLASSES):
        known = isinstance(members, str)
        of_class = []
        for language in (members,) if isinstance(members, str) else members:
            for text in texts_of(language, texts, catalogues, rng):
                of_class += [spoiled(w, language, rng) for w in windows(text, rng)]
            for text in word_salads(language, _WORD_SALADS.get(language, _FEW_SALADS), rng):
                of_class.append(spoiled(text, language, rng))
        # The four languages weigh alike, the families about half of that each.
        weight = (1.0 if known else 0.6) / len(of_class)
        found += [(text, number, weight) for text in of_class]
        print(members, len(of_class), flush=True)
    mean = sum(weight for _, _, weight in found) / len(found)
    rng.shuffle(found)
    return [(text, number, weight / mean) for text, number, weight in found]


def train(
    found: list[Sample], *, epochs: int = 3, batch: int = 512
) -> tuple[np.ndarray, np.ndarray]:
    torch.manual_seed(SEED)
    rows = [
        (torch.from_numpy(buckets_of(letters).astype(np.int64)), number, weight)
        for text, number, weight in found
        if (letters := letters_of(text)).strip()
    ]
    weights = torch.nn.EmbeddingBag(1 << BUCKET_BITS, len(CLASSES), mode="sum")
    torch.nn.init.zeros_(weights.weight)
    bias = torch.nn.Parameter(torch.zeros(len(CLASSES)))
    steps = epochs * (len(rows) // batch)
    optimizer = torch.optim.Adam([weights.weight, bias], lr=0.02)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.02, steps)
    rng = random.Random(SEED)
    for epoch in range(epochs):
        rng.shuffle(rows)
        total = 0.0
        for start in range(0, len(rows) - batch + 1, batch):
            some = rows[start : start + batch]
            lengths = torch.tensor([len(row[0]) for row in some])
            offsets = torch.cumsum(lengths, 0) - lengths
            points = weights(torch.cat([row[0] for row in some]), offsets)
            points = points / lengths.sqrt()[:, None] + bias
            loss = torch.nn.functional.cross_entropy(
                points, torch.tensor([row[1] for row in some]), reduction="none"
            )
            loss = (loss * torch.tensor([row[2] for row in some])).mean()
            penalty = 2e-6 * weights.weight.square().sum()
            optimizer.zero_grad()
            (loss + penalty).backward()
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
        print(f"epoch {epoch + 1}: loss {total / (len(rows) // batch):.4f}", flush=True)
    return weights.weight.detach().numpy(), bias.detach().numpy()


def save(weights: np.ndarray, bias: np.ndarray) -> None:
    """In 31 levels to either side: small weights become zero and the file compresses well."""
    levels = 31
    scale = float(np.quantile(np.abs(weights), 0.9995)) / levels
    whole = np.clip(np.round(weights / scale), -levels, levels).astype(np.int8)
    MODEL_FILE.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        MODEL_FILE, weights=whole, scale=np.float32(scale), bias=bias.astype(np.float32)
    )
    print(MODEL_FILE, MODEL_FILE.stat().st_size, "bytes")


def main() -> None:
    texts, catalogues = map(Path, sys.argv[1:3])
    found = samples(texts, catalogues, random.Random(SEED))
    save(*train(found))


if __name__ == "__main__":
    main()
