"""Waitress, with an end that leaves no request unanswered."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

    from config import Config

THREADS = 8
CONNECTION_LIMIT = 1_000
BACKLOG = 1_024
CHANNEL_TIMEOUT_SECONDS = 60
MAX_BODY_BYTES = 64 * 1024 * 1024
"""Above what any page takes: those who send more are cut off before it fills the disk."""
LOOP_SECONDS = 1.0
QUIET_SECONDS = 0.5
"""A connection that said nothing for so long while we stop has nothing under way."""


class WebServer:
    """Listens from the beginning; answers while `run` is running.

    Raises `OSError` if it cannot listen there.
    """

    def __init__(self, app: Flask, *, host: str, port: int) -> None:
        config: Config = app.config["CJM"]
        self._app = app
        self._sockets: dict[int, Any] = {}
        self._server = create_server(
            self._answer,
            map=self._sockets,
            sockets=[_listening(host, port)],
            threads=THREADS,
            ident=None,
            connection_limit=CONNECTION_LIMIT,
            channel_timeout=CHANNEL_TIMEOUT_SECONDS,
            max_request_body_size=MAX_BODY_BYTES,
            # ProxyFix reads them, as many as there are proxies that we trust.
            clear_untrusted_proxy_headers=not config.trusted_proxies,
        )
        self._listeners = [s for s in self._sockets.values() if isinstance(s, BaseWSGIServer)]
        self._use_poll = hasattr(select, "poll")
        self._stopping = False

    def stop(self) -> None:
        """Have `run` return; safe to call from a signal handler."""
        self._stopping = True
        for listener in self._listeners:
            listener.pull_trigger()

    def run(self) -> None:
        while not self._stopping:
            self._turn(LOOP_SECONDS)

    def drain(self, seconds: float) -> None:
        """Take no new connection, answer what has been asked, then close; at most so long."""
        end = time.monotonic() + seconds
        self._accept_the_last()
        while self._is_busy() and time.monotonic() < end:
            self._turn(0.1)
        self._server.task_dispatcher.shutdown(timeout=max(end - time.monotonic(), 0.1))
        # What the last threads left in the buffers.
        self._turn(0.0)
        wasyncore.close_all(self._sockets, ignore_all=True)

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The application's answer; while we stop, it asks the client not to come back this way."""

        def start(*answer: Any) -> Any:
            if self._stopping:
                # As if the client had asked for it: an application may not set this header.
                channel = environ["waitress.client_disconnected"].__self__
                channel.requests[0].headers["CONNECTION"] = "close"
            return start_response(*answer)

        return self._app(environ, cast("StartResponse", start))

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=self._use_poll, map=self._sockets, count=1)

    def _accept_the_last(self) -> None:
        """Take over the connections that the kernel made for us, and let it make no more."""
        for listener in self._listeners:
            for _ in range(BACKLOG):
                before = len(self._sockets)
                listener.handle_accept()
                if len(self._sockets) == before:
                    break
            # Not the listener's own close(): its trigger still tells of finished requests.
            with suppress(OSError):
                wasyncore.dispatcher.close(listener)

    def _is_busy(self) -> bool:
        return any(_is_under_way(s) for s in list(self._sockets.values()) if _is_channel(s))


def _listening(host: str, port: int) -> socket.socket:
    places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # "localhost" may mean both families; people type the address of the older one.
    family, _, _, _, address = min(places, key=lambda place: place[0] != socket.AF_INET)
    return socket.create_server(address, family=family, backlog=BACKLOG)


def _is_channel(one: object) -> bool:
    return isinstance(one, HTTPChannel)


def _is_under_way(channel: HTTPChannel) -> bool:
    quiet_since = time.time() - QUIET_SECONDS
    return bool(
        channel.requests
        or channel.request is not None
        or channel.total_outbufs_len
        or channel.last_activity > quiet_since
    )
