from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from tests.conftest import Clock
from tests.publisher_server import PublisherServer

from periksa.pages import Page
from periksa.pages.fetcher import Fetcher, Limits

Fetch = Callable[..., Page]
LIMITS = Limits(wire=200_000, size=1_000_000, seconds=1)


def nowhere(name: str, port: int) -> Sequence[str]:
    raise OSError(f"{name} was looked up")


@pytest.fixture
def fetcher(clock: Clock, publisher: PublisherServer) -> Callable[..., Fetcher]:
    """A fetcher that may ask the publisher's port on this machine; every name leads there, where no other is said."""

    def make(limits: Limits = LIMITS, tls: ssl.SSLContext | None = None, **more: Any) -> Fetcher:
        allowed = [("127.0.0.1", publisher.port)]
        more = {"resolve": lambda name, port: ["127.0.0.1"], "contact": "redaksi@kabar.example", **more}
        return Fetcher(clock, limits=limits, allowed=allowed, tls=tls, **more)

    return make


@pytest.fixture
def fetch(fetcher: Callable[..., Fetcher], publisher: PublisherServer) -> Fetch:
    """Fetches a path of the publisher's, by its name."""
    ours = fetcher()
    return lambda path, *marks: ours.get(f"http://kabar.example:{publisher.port}{path}", *marks)
