"""What one customer costs: open the page, answer, be thanked; ours beside the floor.

Both servers run at the same time and take turns, so that both meet the same machine. What is
compared is CPU time of the whole server tree: it includes that our worker reads every comment and
counts it on the map, which the floor does not do.
"""

from __future__ import annotations

import http.client
import re
import statistics
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

from bench.servers import Cpu, Running

HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
WARM_UP = 24
"""A few of each language: the first English comment costs a library's start."""
IDLE_SECONDS = 5.0

ANSWERS = (
    ("cs", 2, "disappointment", "Balík přišel o tři dny později a nikdo nebral telefon."),
    ("pl", 5, "joy", "Kurier był bardzo miły, paczka dotarła szybko."),
    ("ru", 1, "anger", "Ужасная доставка, коробка была мятая."),
    ("en", 4, "trust", "Everything arrived on time and was packed with great care."),
)


@dataclass(frozen=True)
class Journey:
    """Seconds that the customer waited for the page, and for the thank-you."""

    get: float
    post: float


@dataclass(frozen=True)
class Round:
    cpu: Cpu
    journeys: Sequence[Journey]

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cpu.total / len(self.journeys)


def compare(servers: Sequence[Running], *, rounds: int, journeys: int) -> dict[str, list[Round]]:
    """Let the servers take turns; who begins changes from round to round."""
    answers = cycle(ANSWERS)
    for server in servers:
        _run(server, WARM_UP, answers)
    found: dict[str, list[Round]] = {server.name: [] for server in servers}
    for number in range(rounds):
        for server in servers if number % 2 else reversed(servers):
            found[server.name].append(_run(server, journeys, answers))
    return found


def idle_cpu(server: Running) -> float:
    """CPU-ms a second of a server that nobody asks anything."""
    server.settle()
    before = server.cpu()
    time.sleep(IDLE_SECONDS)
    return 1000 * (server.cpu() - before).total / IDLE_SECONDS


def table(found: dict[str, list[Round]], *, ours: str, floor: str) -> Iterator[str]:
    """Medians over the rounds as a Markdown table, and the ratio with its range."""
    yield "| server | CPU-ms per journey | of it pages | of it worker | GET p50 ms | POST p50 ms |"
    yield "|---|---|---|---|---|---|"
    for name, rounds in found.items():
        every = [journey for one in rounds for journey in one.journeys]
        yield (
            f"| {name} "
            f"| {statistics.median(one.cpu_ms for one in rounds):.2f} "
            f"| {statistics.median(_per_journey(one, one.cpu.pages) for one in rounds):.2f} "
            f"| {statistics.median(_per_journey(one, one.cpu.work) for one in rounds):.2f} "
            f"| {1000 * statistics.median(one.get for one in every):.2f} "
            f"| {1000 * statistics.median(one.post for one in every):.2f} |"
        )
    for label, ratios in (
        ("whole tree", _ratios(found[ours], found[floor], whole=True)),
        ("pages alone", _ratios(found[ours], found[floor], whole=False)),
    ):
        yield ""
        yield (
            f"{ours} / {floor}, {label}: **{statistics.median(ratios):.2f}** "
            f"({min(ratios):.2f} to {max(ratios):.2f} in {len(ratios)} rounds)"
        )


def _ratios(ours: Sequence[Round], floor: Sequence[Round], *, whole: bool) -> list[float]:
    """Of each pair of turns; CPU time is told in hundredths of a second, hence the lower bound."""
    return [
        (a.cpu.total if whole else a.cpu.pages) / max(b.cpu.total, 0.01)
        for a, b in zip(ours, floor, strict=True)
    ]


def _per_journey(one: Round, seconds: float) -> float:
    return 1000 * seconds / len(one.journeys)


def _run(server: Running, count: int, answers: Iterator[tuple[str, int, str, str]]) -> Round:
    """`count` customers, one after the other; then wait until their comments are read."""
    before = server.cpu()
    journeys = [_answer(server, next(answers)) for _ in range(count)]
    server.settle()
    return Round(server.cpu() - before, journeys)


def _answer(server: Running, answer: tuple[str, int, str, str]) -> Journey:
    language, csat, emotion, comment = answer
    path = f"{server.path}?lang={language}"
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    began = time.perf_counter()
    connection.request("GET", path, headers={"Accept-Language": language})
    reply = connection.getresponse()
    page = reply.read().decode()
    seen = time.perf_counter()
    assert reply.status == 200, page
    form = {
        **dict(HIDDEN.findall(page)),
        "csat": str(csat),
        "emotion": emotion,
        "comment": comment,
    }
    body = urllib.parse.urlencode(form)
    sent = time.perf_counter()
    connection.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
    reply = connection.getresponse()
    text = reply.read()
    thanked = time.perf_counter()
    connection.close()
    assert reply.status == 303, text
    return Journey(seen - began, thanked - sent)
