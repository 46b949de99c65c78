"""The map as text in columns, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from cjm_feedback.journeymap.view import FigureView, MapView

METRICS = ("written", "said", "csat", "nps", "ces")


def as_table(view: MapView, *, pending: int) -> str:
    """A line per touchpoint under its stage; hollow figures in brackets."""
    shown = [name for name in METRICS if view.measured(name) or view.figures[name].figure.n]
    rows = [["", "responses", *(view.figures[name].label for name in shown)]]
    for stage in view.stages:
        rows.append([stage.name, stage.responses, *(_figure(stage.figures[m]) for m in shown)])
        rows += [
            [f"  {place.name}", place.responses, *(_figure(place.figures[m]) for m in shown)]
            for place in stage.touchpoints
        ]
    rows.append([view.title, view.responses, *(_figure(view.figures[m]) for m in shown)])
    texts = [view.subtitle, *_aligned(rows), view.summary]
    if pending:
        texts.append(f"Texts still to be read: {pending}")
    return "\n".join(filter(None, texts))


def _figure(shown: FigureView) -> str:
    """The number with its interval and n; in brackets where it is too uncertain to stand alone."""
    figure = shown.figure
    if figure.tier == "hidden":
        return "-"
    interval = f"{shown.interval} n={shown.n}"
    return f"{shown.value} ({interval})" if shown.value else f"({interval})"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            text.rjust(width) if column == 1 else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
