from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cjm_feedback.clock import utc_now
from cjm_feedback.jobs import heartbeats
from cjm_feedback.jobs.models import Heartbeat
from cjm_feedback.jobs.runner import Sessions
from cjm_feedback.scheduling import health, inspection

BOTH = (heartbeats.WORKER, heartbeats.CLOCK)


def beat(sessions: Sessions, *names: str) -> None:
    with sessions() as session:
        for name in names:
            heartbeats.beat(session, name, utc_now())
        session.commit()


@pytest.fixture
def client(migrated_app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(health, "KEPT_SECONDS", 0.0)
    return migrated_app.test_client()


def failing(client: FlaskClient) -> list[str]:
    reply = client.get("/readyz")
    assert reply.status_code == 503
    assert int(reply.headers["Retry-After"]) > 0
    body: dict[str, Any] = reply.json or {}
    assert body["status"] == "not ready"
    return list(body["failing"])


def test_r24_the_process_is_up_whatever_its_parts_do(client: FlaskClient) -> None:
    reply = client.get("/healthz")

    assert (reply.status_code, reply.json) == (200, {"status": "ok"})
    assert "Set-Cookie" not in reply.headers


@pytest.mark.both_databases
def test_r24_ready_means_that_every_part_works(client: FlaskClient, sessions: Sessions) -> None:
    assert failing(client) == ["worker", "clock"]

    beat(sessions, *BOTH)

    reply = client.get("/readyz")
    assert (reply.status_code, reply.json) == (200, {"status": "ready"})


def test_r24_the_database_is_written_to(client: FlaskClient, sessions: Sessions) -> None:
    beat(sessions, *BOTH)

    client.get("/readyz")

    with sessions() as session:
        assert session.get(Heartbeat, heartbeats.PROBE) is not None


@pytest.mark.parametrize("name", BOTH)
def test_r24_a_part_that_fell_silent_is_named(
    client: FlaskClient, sessions: Sessions, name: str
) -> None:
    beat(sessions, *BOTH)
    with sessions() as session:
        heartbeats.beat(session, name, utc_now() - heartbeats.LATE_AFTER * 1.1)
        session.commit()

    assert failing(client) == [name]


def test_r24_a_database_that_cannot_be_written_to_is_named_without_its_secrets(
    client: FlaskClient, sessions: Sessions
) -> None:
    beat(sessions, *BOTH)
    with sessions() as session:
        Heartbeat.__table__.drop(session.connection())  # type: ignore[attr-defined]
        session.commit()

    assert failing(client) == ["database"]
    assert "heartbeat" not in client.get("/readyz").text


def test_r24_a_database_of_another_version_is_named(file_app: Flask, sessions: Sessions) -> None:
    beat(sessions, *BOTH)

    assert failing(file_app.test_client()) == ["migrations"]


def test_r24_a_full_disk_is_named(
    client: FlaskClient, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat(sessions, *BOTH)
    monkeypatch.setattr(inspection, "LEAST_FREE_BYTES", 2**80)

    assert failing(client) == ["disk"]


def test_asking_often_costs_no_more_than_asking_once_a_second(
    client: FlaskClient, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat(sessions, *BOTH)
    monkeypatch.setattr(health, "KEPT_SECONDS", 60.0)
    assert client.get("/readyz").status_code == 200
    with sessions() as session:
        first = session.get_one(Heartbeat, heartbeats.PROBE).at

    assert client.get("/readyz").status_code == 200

    with sessions() as session:
        assert session.get_one(Heartbeat, heartbeats.PROBE).at == first


def test_whoever_asks_while_somebody_looks_is_told_what_is_known(
    client: FlaskClient, migrated_app: Flask, sessions: Sessions
) -> None:
    beat(sessions, *BOTH)
    assert client.get("/readyz").status_code == 200
    with sessions() as session:
        heartbeats.forget(session, BOTH)
        session.commit()

    with migrated_app.extensions[health.EXTENSION].lock:
        assert client.get("/readyz").status_code == 200

    assert failing(client) == ["worker", "clock"]
