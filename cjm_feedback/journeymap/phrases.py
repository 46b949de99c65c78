"""The words of the map in the reader's language.

Words come through `Translations`, which `gettext.NullTranslations` and every catalogue object
is; this package knows no web framework.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from cjm_feedback.journeymap.compare import Judgement, Verdict
from cjm_feedback.journeymap.figures import Figure
from cjm_feedback.journeymap.numbers import EMPTY, Numbers
from cjm_feedback.journeymap.summary import Ends, Summary

FALLBACK_LANGUAGE = "en"
CONFIDENCE = 0.95


class Translations(Protocol):
    def gettext(self, message: str, /) -> str: ...
    def ngettext(self, singular: str, plural: str, n: int, /) -> str: ...


def localised(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, else in English, else in whichever there is."""
    for one in (language, language.split("-")[0].split("_")[0], FALLBACK_LANGUAGE, *texts):
        if texts.get(one):
            return texts[one]
    return ""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Whole sentences and short labels; numbers are written as the language does."""

    t: Translations
    numbers: Numbers
    period: str
    """Name of the period compared with, in the reader's language; empty without one."""
    floor: int

    def metric(self, name: str) -> str:
        return {
            "emotion": self.t.gettext("Emotion"),
            "written": self.t.gettext("Written"),
            "said": self.t.gettext("Picked"),
            "csat": self.t.gettext("Satisfied"),
            "nps": self.t.gettext("NPS"),
            "ces": self.t.gettext("Ease"),
        }[name]

    def unit(self, name: str) -> str:
        return {
            "emotion": self.t.gettext("−1 to +1"),
            "written": self.t.gettext("mood of comments · n"),
            "said": self.t.gettext("chosen emotion · n"),
            "csat": self.t.gettext("ratings 4 and 5 · n"),
            "nps": self.t.gettext("−100 to +100 · n"),
            "ces": self.t.gettext("1 to 7 · n"),
        }[name]

    def phase(self, name: str) -> str:
        return {
            "before": self.t.gettext("before purchase"),
            "during": self.t.gettext("during purchase"),
            "after": self.t.gettext("after purchase"),
        }.get(name, name)

    def level(self, index: int) -> str:
        """1 very negative … 5 very positive."""
        return (
            self.t.gettext("very negative"),
            self.t.gettext("negative"),
            self.t.gettext("neutral"),
            self.t.gettext("positive"),
            self.t.gettext("very positive"),
        )[index - 1]

    def responses(self, n: int) -> str:
        return self.t.ngettext("%(n)s response", "%(n)s responses", n) % {
            "n": self.numbers.integer(n)
        }

    def responses_in_all(self, n: int | None) -> str:
        """Of a whole place, whatever was asked; a figure of it is made of fewer."""
        if n is None:
            return self.few()
        return self.t.ngettext("%(n)s response in all", "%(n)s responses in all", n) % {
            "n": self.numbers.integer(n)
        }

    def interval(self, figure: Figure) -> str:
        if figure.low is None or figure.high is None:
            return ""
        return self.t.gettext("%(low)s to %(high)s") % {
            "low": self.numbers.value(figure.source, figure.low),
            "high": self.numbers.value(figure.source, figure.high),
        }

    def state(self, figure: Figure) -> str:
        """What stands in the place of a number that is not printed; else nothing."""
        if figure.tier == "weak":
            return self.t.gettext("too wide to print")
        if figure.tier == "hidden":
            return self.hidden(figure)
        return ""

    def hidden(self, figure: Figure) -> str:
        return self.few() if figure.n is None else self.t.gettext("no answers")

    def hidden_short(self, figure: Figure) -> str:
        """For a narrow column of the drawing."""
        return self.t.gettext("few answers") if figure.n is None else self.hidden(figure)

    def few(self) -> str:
        return self.t.ngettext(
            "fewer than %(n)s response", "fewer than %(n)s responses", self.floor
        ) % {"n": self.numbers.integer(self.floor)}

    def sentence(self, name: str, figure: Figure) -> str:
        """One figure, said in full: for link names and the table."""
        words = {
            "metric": self.source_name(name, figure),
            "level": self.numbers.percent(CONFIDENCE),
            "low": self._end(figure, figure.low),
            "high": self._end(figure, figure.high),
            "value": self._end(figure, figure.value),
            "responses": self.responses(figure.n or 0),
            "state": self.state(figure),
        }
        if figure.tier == "firm":
            said = self.t.gettext(
                "%(metric)s: %(value)s, %(level)s interval %(low)s to %(high)s, %(responses)s."
            )
        elif figure.tier == "weak":
            said = self.t.gettext(
                "%(metric)s: too wide to print, %(level)s interval %(low)s to %(high)s,"
                " %(responses)s."
            )
        else:
            said = self.t.gettext("%(metric)s: %(state)s.")
        return " ".join(filter(None, (said % words, self.verdict_sentence(figure.verdict))))

    def source_name(self, name: str, figure: Figure) -> str:
        if name in ("written", "said") or (name == "emotion" and figure.tier != "hidden"):
            return self.source_name_of(figure.source)
        return {
            "csat": self.t.gettext("Satisfied customers"),
            "nps": self.t.gettext("Net promoter score"),
            "ces": self.t.gettext("Ease, from 1 to 7"),
        }.get(name, self.metric(name))

    def _end(self, figure: Figure, value: float | None) -> str:
        return EMPTY if value is None else self.numbers.value(figure.source, value)

    def verdict(self, judgement: Judgement) -> str:
        return {
            "better": self.t.gettext("better"),
            "worse": self.t.gettext("worse"),
            "no_change": self.t.gettext("no material change"),
            "cannot_tell": self.t.gettext("cannot tell yet"),
        }[judgement]

    def verdict_short(self, judgement: Judgement) -> str:
        """For a narrow column, with its sign."""
        return {
            "better": "▲ " + self.t.gettext("better"),
            "worse": "▼ " + self.t.gettext("worse"),
            "no_change": "= " + self.t.gettext("same"),
            "cannot_tell": "? " + self.t.gettext("can’t tell"),
        }[judgement]

    def verdict_sentence(self, verdict: Verdict | None) -> str:
        if verdict is None:
            return ""
        said = {
            "better": self.t.gettext("Better than in the period before (%(period)s)."),
            "worse": self.t.gettext("Worse than in the period before (%(period)s)."),
            "no_change": self.t.gettext("No material change since the period before (%(period)s)."),
            "cannot_tell": self.t.gettext(
                "Cannot tell whether it changed since the period before (%(period)s)."
            ),
        }[verdict.judgement]
        return said % {"period": self.period or verdict.against}

    def source_name_of(self, series: str) -> str:
        if series == "written":
            return self.t.gettext("Emotion in comments")
        return self.t.gettext("Emotion people picked")

    def weak_sign(self) -> str:
        return self.t.gettext("wide interval, no number")

    def hidden_sign(self, silent: Sequence[Figure]) -> str:
        """Each reason that there is for hatching, once."""
        return ", ".join(dict.fromkeys(self.hidden(figure) for figure in silent))

    def touchpoints_title(self) -> str:
        return self.t.gettext("Touchpoint")

    def no_touchpoints(self) -> str:
        return self.t.gettext("no touchpoints yet")

    def joy(self) -> str:
        return self.t.gettext("joy")

    def anger(self) -> str:
        return self.t.gettext("anger")

    def mix_title(self) -> str:
        return self.t.gettext("Emotion mix")

    def whole_stage(self) -> str:
        return self.t.gettext("Whole stage")

    def whole_stage_unit(self) -> str:
        return self.t.gettext("emotion · n, satisfied · n")

    def lowest(self) -> str:
        return self.t.gettext("lowest")

    def highest(self) -> str:
        return self.t.gettext("highest")

    def since(self) -> str:
        return self.t.gettext("Since %(period)s") % {"period": self.period}

    def place(self, stage: str, touchpoint: str) -> str:
        return self.t.gettext("%(touchpoint)s, stage %(stage)s.") % {
            "touchpoint": touchpoint,
            "stage": stage,
        }

    def stage(self, stage: str) -> str:
        return self.t.gettext("Stage %(stage)s.") % {"stage": stage}

    def mix(self, shares: tuple[float, ...]) -> str:
        named = (
            f"{self.level(index)} {self.numbers.percent(share)}"
            for index, share in enumerate(shares, 1)
        )
        return self.t.gettext("Emotion mix: %(shares)s.") % {"shares": ", ".join(named)}

    def shape(self, stages: int, touchpoints: int) -> str:
        many = self.t.ngettext("%(n)s touchpoint", "%(n)s touchpoints", touchpoints)
        rows = self.t.ngettext("%(n)s stage", "%(n)s stages", stages)
        return self.t.gettext("Emotion from −1 to +1 along the journey: %(size)s.") % {
            "size": f"{rows % {'n': stages}}, {many % {'n': touchpoints}}"
        }

    def summary(self, summary: Summary, language: str) -> str:
        """Both ends by emotion and by satisfaction; or why there is nothing to say."""
        if summary.emotion is None and summary.satisfaction is None:
            if summary.answered == 0:
                return self.t.gettext("Nobody has answered yet.")
            return self.t.gettext("There are too few answers to name a lowest and a highest point.")
        parts: list[str] = []
        if summary.emotion:
            lowest = self.t.gettext(
                "Lowest emotion: %(name)s, %(value)s (%(interval)s, %(responses)s)."
            )
            highest = self.t.gettext(
                "Highest emotion: %(name)s, %(value)s (%(interval)s, %(responses)s)."
            )
            parts += self._ends(summary.emotion, lowest, highest, language)
        if summary.satisfaction:
            lowest = self.t.gettext(
                "Lowest satisfaction: %(name)s, %(value)s (%(interval)s, %(responses)s)."
            )
            highest = self.t.gettext(
                "Highest satisfaction: %(name)s, %(value)s (%(interval)s, %(responses)s)."
            )
            parts += self._ends(summary.satisfaction, lowest, highest, language)
        return " ".join(filter(None, parts))

    def _ends(self, ends: Ends, lowest: str, highest: str, language: str) -> Iterator[str]:
        for said, extreme in ((lowest, ends.lowest), (highest, ends.highest)):
            yield said % {
                "name": localised(extreme.touchpoint.name, language),
                "value": self.numbers.value(extreme.figure.source, extreme.value),
                "interval": self.interval(extreme.figure),
                "responses": self.responses(extreme.figure.n or 0),
            }
            yield self.verdict_sentence(extreme.figure.verdict)
        if not ends.apart:
            yield self.t.gettext("Their intervals overlap: the difference may be chance.")

    def notes(self, *, drawn: bool = True) -> tuple[str, ...]:
        """How the figures are to be read; part of the drawing, so that exports carry it."""
        intervals = (
            self.t.gettext(
                "Whiskers are %(level)s intervals. A mean of fewer than 30 responses is drawn"
                " towards the middle of its scale."
            )
            if drawn
            else self.t.gettext(
                "Beside each number stands its %(level)s interval. A mean of fewer than 30"
                " responses is moved towards the middle of its scale."
            )
        )
        found = [intervals % {"level": self.numbers.percent(CONFIDENCE)}]
        if self.floor > 1:
            found.append(
                self.t.ngettext(
                    "Figures of fewer than %(n)s response stay hidden.",
                    "Figures of fewer than %(n)s responses stay hidden.",
                    self.floor,
                )
                % {"n": self.numbers.integer(self.floor)}
            )
        if self.period:
            found.append(
                self.t.gettext(
                    "All changes are judged together; at most %(rate)s of those named are"
                    " expected to be chance (Benjamini–Hochberg)."
                )
                % {"rate": self.numbers.percent(0.1)}
            )
        return tuple(found)
