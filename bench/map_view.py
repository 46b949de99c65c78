"""What a look at the map costs, beside counting all answers for it.

Counting is one GROUP BY over the answers and one over the texts: the sums that the map needs, and
no figure, interval or verdict. Then the same answers are there many times over, as rows of the
database, and everything is measured again: the map must not notice.
"""

from __future__ import annotations

import http.client
import re
import sqlite3
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from bench.servers import Ours
from cjm_feedback.clock import utc_now
from cjm_feedback.db import prepare_sqlite, reading
from cjm_feedback.journeys.models import Journey
from cjm_feedback.maps.queries import map_view
from cjm_feedback.rollups.queries import read_cells

TIMES = 15
PAGES = 20
RATINGS = """
SELECT r.touchpoint_id, q.key, a.number, a.choice, count(*)
FROM response r JOIN answer a ON a.response_id = r.id JOIN question q ON q.id = a.question_id
WHERE r.journey_id = :journey AND r.withdrawn_at IS NULL AND a.text IS NULL
GROUP BY r.touchpoint_id, q.key, a.number, a.choice
"""
TEXTS = """
SELECT r.touchpoint_id, count(*), sum(s.polarity), sum(s.polarity * s.polarity)
FROM response r JOIN text_score s ON s.response_id = r.id
WHERE r.journey_id = :journey AND r.withdrawn_at IS NULL AND s.status = 'scored'
GROUP BY r.touchpoint_id
"""


@dataclass(frozen=True)
class Costs:
    """CPU-ms at so many answers."""

    answers: int
    counting: float
    cells: float
    figures: float
    page: float


def measure(ours: Ours, cookie: str) -> Costs:
    """The page as the server draws it; the rest in this process, on the same database."""
    engine = create_engine(f"sqlite:///{ours.database}")
    prepare_sqlite(engine)
    token = reading.set(True)
    try:
        with Session(engine) as session:
            journey = session.scalars(select(Journey).where(Journey.slug == ours.journey)).one()
            at, key = utc_now(), {"journey": journey.id}
            return Costs(
                answers=session.scalar(
                    text("SELECT count(*) FROM response WHERE journey_id = :journey"), key
                )
                or 0,
                counting=_cpu_ms(
                    lambda: [session.execute(text(sql), key).all() for sql in (RATINGS, TEXTS)]
                ),
                cells=_cpu_ms(lambda: read_cells(session, journey.id)),
                figures=_cpu_ms(lambda: map_view(session, journey, at=at)),
                page=_page(ours, cookie),
            )
    finally:
        reading.reset(token)
        engine.dispose()


def table(costs: list[Costs]) -> Iterator[str]:
    """One column per number of answers."""
    yield "| CPU-ms | " + " | ".join(f"{one.answers:,} answers" for one in costs) + " |"
    yield "|---" * (len(costs) + 1) + "|"
    for label, values in (
        ("counting all answers by GROUP BY", [one.counting for one in costs]),
        ("reading the map's cells", [one.cells for one in costs]),
        ("cells, figures, intervals, verdicts", [one.figures for one in costs]),
        ("the whole map page, over HTTP", [one.page for one in costs]),
    ):
        yield f"| {label} | " + " | ".join(f"{value:.1f}" for value in values) + " |"


def multiply(database: Path, times: int) -> None:
    """Have every answer there `times` times, and the cells say so."""
    with sqlite3.connect(database, timeout=30) as connection:
        for table_name, references in (
            ("response", ()),
            ("answer", ("response_id",)),
            ("text_score", ("response_id", "answer_id")),
        ):
            _copy_rows(connection, table_name, references, times)
        measures = [name for name in _columns(connection, "rollup_cell") if _is_measure(name)]
        sums = ", ".join(f"{name} = {name} * {times}" for name in measures)
        connection.execute(f"UPDATE rollup_cell SET {sums}")  # noqa: S608 - names of our own
    connection.close()


def _copy_rows(
    connection: sqlite3.Connection, table_name: str, references: tuple[str, ...], times: int
) -> None:
    """Every id grows by the same step in each copy, so that references between copies hold."""
    names = _columns(connection, table_name)
    step = 10_000_000
    for copy in range(1, times):
        values = {name: name for name in names}
        values |= {name: f"{name} + {copy * step}" for name in ("id", *references)}
        if "receipt" in values:
            values["receipt"] = f"receipt || '-{copy}'"
        connection.execute(
            f"INSERT INTO {table_name} ({', '.join(values)})"  # noqa: S608 - names of our own
            f" SELECT {', '.join(values.values())} FROM {table_name} WHERE id < {step}"
        )


def _columns(connection: sqlite3.Connection, table_name: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table_name})")]


def _is_measure(column: str) -> bool:
    return column in ("n", "total", "total_sq") or bool(re.fullmatch(r"b\d+", column))


def _cpu_ms(work: Callable[[], object]) -> float:
    work()
    spent = []
    for _ in range(TIMES):
        before = time.process_time()
        work()
        spent.append(time.process_time() - before)
    return 1000 * median(spent)


def _page(ours: Ours, cookie: str) -> float:
    """CPU-ms of the server for one map page."""
    _get(ours, ours.map_path, cookie)
    ours.settle()
    before = ours.cpu()
    for _ in range(PAGES):
        _get(ours, ours.map_path, cookie)
    return 1000 * (ours.cpu() - before).total / PAGES


def sign_in(ours: Ours) -> str:
    """Use the link that the server printed; the session's cookie."""
    page, cookie = _get(ours, ours.welcome_path, "")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token, page
    connection = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=30)
    connection.request(
        "POST",
        ours.welcome_path,
        urllib.parse.urlencode({"csrf_token": token.group(1)}),
        {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie},
    )
    reply = connection.getresponse()
    reply.read()
    connection.close()
    assert reply.status == 303, reply.status
    return _cookie_of(reply) or cookie


def _get(ours: Ours, path: str, cookie: str) -> tuple[str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "en"})
    reply = connection.getresponse()
    page = reply.read().decode()
    connection.close()
    assert reply.status == 200, (path, reply.status, page[:300])
    return page, _cookie_of(reply) or cookie


def _cookie_of(reply: http.client.HTTPResponse) -> str:
    given = reply.headers.get_all("Set-Cookie") or []
    return "; ".join(one.partition(";")[0] for one in given)
