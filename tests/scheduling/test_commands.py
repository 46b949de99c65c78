from __future__ import annotations

import socket
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from cjm_feedback.clock import utc_now
from cjm_feedback.db import reading
from cjm_feedback.jobs import heartbeats, leases
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.runner import Sessions
from cjm_feedback.scheduling import serve as serving
from tests.conftest import make_app

NOT_MIGRATED = "error: The database does not have the tables of this version; run: flask init\n"


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=arguments)


def beat(sessions: Sessions) -> None:
    with sessions() as session:
        for name in (heartbeats.WORKER, heartbeats.CLOCK):
            heartbeats.beat(session, name, utc_now())
        session.commit()


@pytest.mark.both_databases
def test_a_sound_instance_passes_the_check(migrated_app: Flask, sessions: Sessions) -> None:
    beat(sessions)

    result = run(migrated_app, "check")

    assert (result.exit_code, result.output) == (0, "ok\n")


def test_processes_that_do_not_run_are_only_warned_about(migrated_app: Flask) -> None:
    result = run(migrated_app, "check")

    assert result.exit_code == 0
    assert result.output == (
        "warning: No worker has given a sign of life lately\n"
        "warning: No clock has given a sign of life lately\n"
        "ok\n"
    )


def test_work_that_was_given_up_fails_the_check(migrated_app: Flask, sessions: Sessions) -> None:
    beat(sessions)
    with sessions() as session:
        for kind in ("refresh_map", "refresh_map", "read_responses"):
            job = enqueue(session, kind, {}, at=utc_now(), max_attempts=1)
            claim = leases.claim(session, job.id, utc_now())
            assert claim is not None
            leases.fail(session, claim, "error", utc_now())
        session.commit()

    result = run(migrated_app, "check")

    assert result.exit_code == 1
    assert sorted(result.output.splitlines()) == [
        "error: 1 jobs were given up: read_responses (see the page /jobs)",
        "error: 2 jobs were given up: refresh_map (see the page /jobs)",
    ]


def test_rows_that_point_nowhere_fail_the_check(migrated_app: Flask, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "cjm.sqlite", isolation_level=None)) as careless:
        careless.execute("INSERT INTO membership VALUES (1, 77, 78, 'staff', 'other')")

    result = run(migrated_app, "check")

    assert result.exit_code == 1
    assert "error: Rows of membership point at rows that do not exist\n" in result.output


@pytest.mark.parametrize(
    "command", [("serve",), ("worker", "run"), ("scheduler", "run"), ("check",)]
)
def test_s60_nothing_starts_on_a_database_of_another_version(
    file_app: Flask, command: tuple[str, ...]
) -> None:
    result = run(file_app, *command)

    assert (result.exit_code, result.output) == (1, NOT_MIGRATED)


def test_s60_a_database_out_of_reach_is_said_in_one_line(tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'missing' / 'cjm.sqlite'}", tmp_path, tables=False)

    result = run(app, "check")

    assert result.exit_code == 1
    assert result.output == "error: The database cannot be reached (OperationalError)\n"


def test_s60_every_danger_is_a_line(migrated_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    config = migrated_app.config["CJM"]
    secret = config.instance_dir / "secret"
    config.instance_dir.mkdir(exist_ok=True)
    secret.write_text("x")
    secret.chmod(0o644)
    migrated_app.config["CJM"] = replace(config, env="production", secret_key="short")
    monkeypatch.setenv("FLASK_DEBUG", "1")

    result = run(migrated_app, "serve")

    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "error: CJM_BASE_URL must begin with https:// in production",
        "error: CJM_SECRET_KEY is a sample or can be guessed; make a random one",
        "error: FLASK_DEBUG must be off in production",
        f"error: {secret} can be read by others; run: chmod 600 {secret}",
    ]


def test_a_port_in_use_is_said_in_one_line(migrated_app: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        result = run(migrated_app, "serve", "--port", str(port))

    assert result.exit_code == 1
    assert result.output == f"error: Cannot listen on 127.0.0.1:{port} (Address already in use)\n"


def test_what_is_printed_at_the_start_are_links_to_open_but_not_in_production(
    migrated_app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    token = reading.set(False)
    serving.greet(migrated_app, "http://127.0.0.1:8000")
    assert "/welcome/" in capsys.readouterr().out

    config = migrated_app.config["CJM"]
    migrated_app.config["CJM"] = replace(config, env="production")
    serving.greet(migrated_app, "http://127.0.0.1:8000")
    reading.reset(token)

    assert capsys.readouterr().out == "Starting on http://127.0.0.1:8000\n"
