"""A server that answers over a real socket, for tests of threads, processes and browsers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Thread

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from cjm_feedback.extensions import db
from tests.factories import Factory


@dataclass(frozen=True)
class Server:
    """The application, answering at `url` from threads of its own on a database in a file."""

    app: Flask
    url: str
    now: datetime

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session beside the server's own; its transaction ends with the block.

        On SQLite it holds the writer's lock from its first statement on, so keep blocks short.
        """
        with self.app.app_context(), Session(db.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def making(self) -> Iterator[Factory]:
        """A factory whose objects stay in the database when the block ends."""
        with self.session() as session:
            yield Factory(session, now=self.now)


def free_socket() -> socket.socket:
    """A listening socket on a port of the system's choice."""
    return socket.create_server(("127.0.0.1", 0))


@contextmanager
def serving(app: Flask, listening: socket.socket, *, now: datetime) -> Iterator[Server]:
    """Serve `app` on `listening` until the block ends."""
    host, port = listening.getsockname()[:2]
    server = make_server(host, port, app, threaded=True, fd=listening.fileno())
    thread = Thread(target=server.serve_forever, args=(0.05,), name="server of a test", daemon=True)
    thread.start()
    try:
        yield Server(app, f"http://{host}:{port}", now)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
