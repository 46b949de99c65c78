"""How far staff agree with how texts were read: by language, engine and theme."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.analysis.standing import stands
from cjm_feedback.db import JsonObject
from cjm_feedback.journeymap.intervals import wilson
from cjm_feedback.journeys.models import Journey
from cjm_feedback.responses.models import TextCorrection, TextScore

NOT_READ = "not read"


@dataclass(frozen=True, slots=True)
class Judged:
    """A text that a person judged, and what the machine had said of it then."""

    language: str
    engine: str
    read: str
    label: str
    read_themes: frozenset[str]
    themes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many of `n` judged texts were read as people judge them."""

    n: int
    agreed: int
    confusion: dict[str, dict[str, int]] = field(default_factory=dict)
    """What was read, and what people said, with how many texts."""

    @property
    def share(self) -> float:
        return self.agreed / self.n

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.agreed, self.n)

    def as_json(self) -> JsonObject:
        low, high = self.interval
        return {
            "n": self.n,
            "agreed": round(self.share, 4),
            "low": round(low, 4),
            "high": round(high, 4),
            "confusion": self.confusion,
        }


@dataclass(frozen=True, slots=True)
class Report:
    overall: Agreement | None
    languages: dict[str, Agreement]
    engines: dict[str, Agreement]
    themes: dict[str, Agreement]

    def as_json(self) -> JsonObject:
        return {
            "n": self.overall.n if self.overall else 0,
            "overall": self.overall.as_json() if self.overall else None,
            "languages": {key: one.as_json() for key, one in self.languages.items()},
            "engines": {key: one.as_json() for key, one in self.engines.items()},
            "themes": {key: one.as_json() for key, one in self.themes.items()},
        }


def agreement(
    session: Session, *, workspace_id: int | None = None, journey_id: int | None = None
) -> Report:
    """Over the corrections and confirmations that stand."""
    return report_on(list(_judged(session, workspace_id, journey_id)))


def report_on(judged: Sequence[Judged]) -> Report:
    return Report(
        overall=_labels(judged) if judged else None,
        languages=_by(judged, [one.language for one in judged]),
        engines=_by(judged, [one.engine for one in judged]),
        themes=dict(_by_theme(judged)),
    )


def _by(judged: Sequence[Judged], keys: Sequence[str]) -> dict[str, Agreement]:
    groups: defaultdict[str, list[Judged]] = defaultdict(list)
    for key, one in zip(keys, judged, strict=True):
        groups[key].append(one)
    return {key: _labels(groups[key]) for key in sorted(groups)}


def _labels(judged: Sequence[Judged]) -> Agreement:
    pairs = Counter((one.read, one.label) for one in judged)
    agreed = sum(n for (read, label), n in pairs.items() if read == label)
    return Agreement(len(judged), agreed, _table(pairs))


def _by_theme(judged: Sequence[Judged]) -> Iterator[tuple[str, Agreement]]:
    """A theme counts where machine or person named it; they agree where both did."""
    pairs: defaultdict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for one in judged:
        for key in one.read_themes | one.themes:
            pairs[key][_named(key in one.read_themes), _named(key in one.themes)] += 1
    for key in sorted(pairs):
        both = pairs[key][_named(True), _named(True)]
        yield key, Agreement(pairs[key].total(), both, _table(pairs[key]))


def _named(is_named: bool) -> str:
    return "named" if is_named else "not named"


def _table(pairs: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (read, said), n in sorted(pairs.items()):
        if n:
            found[read][said] = n
    return dict(found)


def _judged(session: Session, workspace_id: int | None, journey_id: int | None) -> Iterable[Judged]:
    wanted = (
        select(TextCorrection)
        .join(TextScore, TextScore.id == TextCorrection.text_score_id)
        .where(stands())
    )
    if journey_id is not None:
        wanted = wanted.where(TextScore.journey_id == journey_id)
    if workspace_id is not None:
        wanted = wanted.join(Journey, Journey.id == TextScore.journey_id).where(
            Journey.workspace_id == workspace_id
        )
    for one in session.scalars(wanted):
        yield Judged(
            language=one.language or "und",
            engine=one.engine or "none",
            read=one.machine_label or NOT_READ,
            label=one.label,
            read_themes=frozenset(one.machine_themes),
            themes=frozenset(one.themes),
        )
