"""The product, with one slow page and one slow kind of work, for tests that start processes."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from cjm_feedback.accounts.access import PUBLIC, declare_library_route
from cjm_feedback.accounts.models import Workspace
from cjm_feedback.db import JsonObject
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.registry import handles
from wsgi import app

__all__ = ["app"]

SLOW_PAGE_SECONDS = 1.5


@handles("test.work")
def work(session: Session, job: Job, *, at: datetime) -> JsonObject | None:
    """Say which process began, take `seconds` at the first attempt, leave a workspace behind."""
    with Path(job.payload["begun"]).open("a", encoding="ascii") as begun:
        begun.write(f"{os.getpid()}\n")
    if job.attempts == 1:
        time.sleep(job.payload["seconds"])
    session.add(Workspace(slug=f"work-{job.id}", name="work", created_at=at))
    return {"pid": os.getpid()}


@app.get("/test/slow")
def slow() -> str:
    time.sleep(SLOW_PAGE_SECONDS)
    return "slow but whole"


declare_library_route("slow", PUBLIC)
