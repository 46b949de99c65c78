"""Whether a worker is the only one, so that it need not wait for the leases of the dead.

A SQLite database is worked on by one machine. Each of its workers holds a lock on a file beside
the database; the system lets go of it when the process ends, however it ends. If we are wrong,
nothing is done twice: whoever lost a lease can change nothing.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from cjm_feedback.extensions import db

SUFFIX = "-workers"


@contextmanager
def nobody_else_works(app: Flask) -> Iterator[bool]:
    """Whether we began as the only worker of a database on this machine; counts us in meanwhile."""
    with app.app_context():
        url, dialect = db.engine.url, db.engine.dialect.name
    if dialect != "sqlite" or not url.database:
        yield False
        return
    with Path(url.database + SUFFIX).open("ab") as file:
        alone = True
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            alone = False
        # Shared from here on: the next one sees that we are there, and may work beside us.
        fcntl.flock(file, fcntl.LOCK_SH)
        yield alone
