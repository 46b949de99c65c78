"""Kill the whole server tree again and again while customers answer; then count.

Every client keeps its own record of what was acknowledged. Whatever has no answer (a reset, a
refused connection, a 503) is sent again with the same form token until it is acknowledged, as a
person would press the button again. At the end each acknowledged answer must be stored, scored and
counted on the map exactly once.

    .venv/bin/python bench/kill_drill.py --posts 4000 --clients 8 --kills 20
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMENT = "The courier was late and nobody answered, drill number {number}."
FORM_TOKEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
OUTAGE = (OSError, http.client.HTTPException)


class Server:
    """The product's own server in a process group of its own."""

    def __init__(self, instance: Path, port: int) -> None:
        self.port = port
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("CJM_", "FLASK_"))},
            "CJM_INSTANCE_DIR": str(instance),
            "PORT": str(port),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def flask(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT,
            env=self.env,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def start(self, log: Path) -> float:
        """Start, wait until ready, return the seconds that took."""
        began = time.monotonic()
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self.env,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        while time.monotonic() - began < 60:
            with contextlib.suppress(*OUTAGE):
                if request(self.port, "GET", "/readyz")[0] == 200:
                    return time.monotonic() - began
            time.sleep(0.05)
        raise SystemExit(f"the server did not become ready; see {log}")

    def kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(timeout=40)


def request(
    port: int, method: str, path: str, body: str | None = None
) -> tuple[int, str | None, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        return reply.status, reply.headers.get("Location"), reply.read().decode()
    finally:
        connection.close()


class Client(threading.Thread):
    """One customer after another: open the page, answer, press send until thanked."""

    def __init__(self, port: int, path: str, numbers: list[int]) -> None:
        super().__init__(daemon=True)
        self.port, self.path, self.numbers = port, path, numbers
        self.acknowledged: dict[int, str] = {}
        self.faults: list[str] = []
        self.resent = 0

    def run(self) -> None:
        for number in self.numbers:
            body = urllib.parse.urlencode(
                {**self._form(), "csat": "2", "comment": COMMENT.format(number=number)}
            )
            status, location, text = self._until_answered("POST", body)
            if status == 303 and location:
                self.acknowledged[number] = location.rsplit("/", 1)[1]
            else:
                self.faults.append(f"{status} {text[:120]}")

    def _form(self) -> dict[str, str]:
        _, _, page = self._until_answered("GET")
        fields = {}
        for tag in FORM_TOKEN.findall(page):
            name = re.search(r'name="([^"]*)"', tag)
            value = re.search(r'value="([^"]*)"', tag)
            if name and value:
                fields[name.group(1)] = value.group(1)
        return fields

    def _until_answered(self, method: str, body: str | None = None) -> tuple[int, str | None, str]:
        while True:
            with contextlib.suppress(*OUTAGE):
                reply = request(self.port, method, self.path, body)
                if reply[0] != 503:
                    return reply
            self.resent += 1
            time.sleep(0.1)


def pending_and_count(server: Server, journey: str) -> tuple[int, dict[str, int]]:
    the_map = json.loads(server.flask("map", "show", journey, "--format", "json"))
    counts = dict.fromkeys(("csat", "written"), 0)
    for stage in the_map["stages"]:
        for touchpoint in stage["touchpoints"]:
            for metric in counts:
                counts[metric] += (touchpoint["figures"].get(metric) or {}).get("n") or 0
    return the_map["pending"], counts


def settle(server: Server, journey: str, seconds: float = 300) -> dict[str, int]:
    """The map's counts once nothing waits to be read any more."""
    end = time.monotonic() + seconds
    while True:
        pending, counts = pending_and_count(server, journey)
        if not pending:
            return counts
        if time.monotonic() > end:
            raise SystemExit(f"still {pending} texts waiting after {seconds} s")
        time.sleep(0.5)


def stored_numbers(server: Server, survey: str) -> list[int]:
    out = server.flask("responses", "export", "--survey", survey, "--format", "jsonl")
    return [int(n) for n in re.findall(r"drill number (\d+)\.", out)]


def moments(posts: int, kills: int, chance: random.Random) -> list[int]:
    """After how many answers to kill: at random, spread over the whole run."""
    share = posts / (kills + 1)
    return [round(share * (i + chance.uniform(0.1, 0.9))) for i in range(kills)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--posts", type=int, default=4000)
    options.add_argument("--clients", type=int, default=8)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--seed", type=int, default=7)
    wanted = options.parse_args()
    chance = random.Random(wanted.seed)  # noqa: S311 - moments to kill at, not secrets

    with tempfile.TemporaryDirectory(prefix="kill-drill-") as folder:
        log = Path(folder) / "server.log"
        server = Server(Path(folder) / "instance", free_port())
        server.flask("init")
        server.flask("example", "load")
        server.start(log)
        said = log.read_text()
        path = re.search(r"(/s/[\w-]+)", said)
        journey = re.search(r"/journeys/([\w-]+)/map", said)
        assert path and journey, said
        survey = json.loads(request(server.port, "GET", "/api/v1/surveys/" + path.group(1)[3:])[2])[
            "survey"
        ]
        before = settle(server, journey.group(1))

        numbers = list(range(wanted.posts))
        clients = [
            Client(server.port, path.group(1), numbers[i :: wanted.clients])
            for i in range(wanted.clients)
        ]
        began = time.monotonic()
        for client in clients:
            client.start()
        ready_after: list[float] = []
        for moment in moments(wanted.posts, wanted.kills, chance):
            while sum(len(c.acknowledged) + len(c.faults) for c in clients) < moment:
                time.sleep(0.01)
            server.kill()
            ready_after.append(server.start(log))
        for client in clients:
            client.join()
        took = time.monotonic() - began

        after = settle(server, journey.group(1))
        acknowledged = {n: r for c in clients for n, r in c.acknowledged.items()}
        stored = stored_numbers(server, survey)
        verified = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "map", "verify"],
            cwd=ROOT,
            env=server.env,
            capture_output=True,
            text=True,
            check=False,
        )
        server.stop()

    faults = [fault for client in clients for fault in client.faults]
    gained = {metric: after[metric] - before[metric] for metric in after}
    print(f"kills of the whole tree        {len(ready_after)}")
    print(f"ready again after              {min(ready_after):.1f} to {max(ready_after):.1f} s")
    print(f"posts, seconds                 {wanted.posts}, {took:.0f}")
    print(f"requests sent again            {sum(client.resent for client in clients)}")
    print(f"acknowledged                   {len(acknowledged)}")
    print(f"different receipts             {len(set(acknowledged.values()))}")
    print(f"stored / stored once           {len(stored)} / {len(set(stored))}")
    print(f"scored and counted (written)   {gained['written']}")
    print(f"counted (csat)                 {gained['csat']}")
    print(f"other replies                  {len(faults)} {faults[:3]}")
    print(f"flask map verify               exit {verified.returncode}")
    holds = (
        len(ready_after) == wanted.kills
        and sorted(stored) == sorted(acknowledged) == numbers
        and gained == {"csat": wanted.posts, "written": wanted.posts}
        and len(set(acknowledged.values())) == wanted.posts
        and verified.returncode == 0
    )
    print("HOLDS" if holds else "FALLS SHORT")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
