from __future__ import annotations

import http.client
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.scheduling.process_app import SLOW_PAGE_SECONDS
from tests.scheduling.processes import Instance, instance_in, is_running, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    with instance_in(tmp_path) as instance:
        yield instance


def slow_page(instance: Instance) -> tuple[int, bytes, str | None]:
    connection = http.client.HTTPConnection("127.0.0.1", instance.port, timeout=20)
    connection.request("GET", "/test/slow")
    reply = connection.getresponse()
    return reply.status, reply.read(), reply.getheader("Server")


def test_a_server_survives_its_worker_and_stops_without_leaving_anything_behind(
    instance: Instance,
) -> None:
    server = instance.start("serve")
    instance.wait_until_ready()
    assert instance.log.startswith(f"Starting on {instance.url}\n")
    assert f"{instance.url}/welcome/" in instance.log

    r01 = instance.add_work(seconds=60)
    [first] = wait_for(instance.pids_that_began)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: instance.job(r01).status == "done")
    _, second = instance.pids_that_began()
    assert second != first
    assert instance.job(r01).attempts == 2

    r23 = instance.add_work(seconds=2)
    wait_for(lambda: len(instance.pids_that_began()) == 3)
    with ThreadPoolExecutor(1) as pool:
        page = pool.submit(slow_page, instance)
        time.sleep(SLOW_PAGE_SECONDS / 2)
        server.send_signal(signal.SIGTERM)

        assert page.result() == (200, b"slow but whole", None)
    assert server.wait(timeout=30) == 0
    assert not is_running(second)
    assert instance.job(r23).status == "done"
    assert instance.get("/healthz") is None


def test_r01_a_worker_whose_server_was_killed_finishes_its_job_and_goes(
    instance: Instance,
) -> None:
    server = instance.start("serve")
    instance.wait_until_ready()
    job_id = instance.add_work(seconds=1.5)
    [worker_pid] = wait_for(instance.pids_that_began)

    server.kill()
    server.wait()

    wait_for(lambda: not is_running(worker_pid))
    assert instance.job(job_id).status == "done"


def test_workers_and_clocks_of_their_own_stop_when_told(instance: Instance) -> None:
    killed, scheduler = instance.start("worker", "run"), instance.start("scheduler", "run")
    job_id = instance.add_work(seconds=60)
    wait_for(instance.pids_that_began)
    killed.kill()
    killed.wait()

    # Nobody else holds jobs of this database: the lease of the dead one need not run out.
    worker = instance.start("worker", "run")
    wait_for(lambda: instance.job(job_id).status == "done")
    assert instance.pids_that_began() == [killed.pid, worker.pid]

    server = instance.start("serve", CJM_REDIS_URL="redis://nowhere.invalid")
    instance.wait_until_ready()
    for process in (worker, scheduler, server):
        process.send_signal(signal.SIGTERM)
    assert [p.wait(timeout=30) for p in (worker, scheduler, server)] == [0, 0, 0]
