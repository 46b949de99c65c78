"""`make bench`: what an answer, a look at the map and a comment cost.

A few minutes, on the loopback interface only; prints Markdown.

make bench ARGS="--rounds 2 --journeys 20" is a short one; `python -m bench sentiment` compares
the engines that read comments, deep to VADER.
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench import answer_page, map_view, scoring, sentiment
from bench.kill_drill import ROOT
from bench.servers import floor_server, our_server
from cjm_feedback.clock import utc_now


def main() -> None:
    options = argparse.ArgumentParser(prog="make bench", description=__doc__)
    options.add_argument("part", nargs="?", choices=["sentiment"], help="only this one")
    options.add_argument("--rounds", type=int, default=6)
    options.add_argument("--journeys", type=int, default=60)
    options.add_argument("--times", type=int, default=20, help="growth of the answers")
    wanted = options.parse_args()
    print(f"{utc_now():%Y-%m-%d}, commit {_commit()}, Python {platform.python_version()}, ", end="")
    print(f"SQLite {sqlite3.sqlite_version}, {os.cpu_count()} processors\n")
    if wanted.part == "sentiment":
        _show(sentiment.table(sentiment.measure()))
        return
    with tempfile.TemporaryDirectory(prefix="cjm-bench-") as name:
        folder = Path(name)
        with our_server(folder) as ours:
            with floor_server(folder) as floor:
                found = answer_page.compare(
                    (ours, floor), rounds=wanted.rounds, journeys=wanted.journeys
                )
            print(f"## An answer: {wanted.rounds} rounds of {wanted.journeys} journeys\n")
            _show(answer_page.table(found, ours=ours.name, floor=floor.name))
            print(f"\nAt rest: {answer_page.idle_cpu(ours):.1f} CPU-ms a second\n")
            cookie = map_view.sign_in(ours)
            costs = [map_view.measure(ours, cookie)]
            assert ours.database
            map_view.multiply(ours.database, wanted.times)
            costs.append(map_view.measure(ours, cookie))
    print("## A look at the map\n")
    _show(map_view.table(costs))
    print("\n## A comment\n")
    _show(scoring.table(scoring.measure()))
    print(f"\nLoad of the machine over the last minutes, ours included: {os.getloadavg()[1]:.1f}")


def _show(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, flush=True)


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"],  # noqa: S607 - whichever git is installed
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
