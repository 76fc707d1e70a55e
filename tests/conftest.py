"""The universe of the tests: sockets are shut, clock and ids are given, no learned models but those a test brings."""

from __future__ import annotations

import itertools
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.publisher_server import PublisherServer

LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def _sockets_shut(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches the network; one marked `network` or `browser` reaches this machine only."""
    local = any(request.node.get_closest_marker(name) for name in ("network", "browser"))
    real_connect = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family == socket.AF_UNIX or (local and str(host).startswith(LOOPBACK)):
            return real_connect(self, address)
        pytest.fail(f"a test tried to reach {address!r}; mark it `network` if it means this machine")

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def _no_installed_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is learned may change from day to day, and takes a moment to read."""
    monkeypatch.setitem(sys.modules, "periksa_models", None)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        """Let time pass: `clock.pass_(seconds=5)`."""
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 3, 1, 8, 0, tzinfo=UTC))


@pytest.fixture
def new_id() -> Callable[[], str]:
    """Ids in order: id-1, id-2 …"""
    numbers: Iterator[int] = itertools.count(1)
    return lambda: f"id-{next(numbers)}"


@pytest.fixture
def publisher() -> Iterator[PublisherServer]:
    """A publisher's web server; its test is marked `network`."""
    with PublisherServer() as server:
        yield server
