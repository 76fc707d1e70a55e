"""The real WhatsApp client in front of a real server, which plays whatever platform a test asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from periksa.channels.whatsapp import WhatsApp
from periksa.web.fake_graph import FakeGraph, Settings, build, running

NUMBER_ID = "200300400500600"


class Stage:
    """One server for all tests, each of which puts its own app on it."""

    app: ASGIApp
    url: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@contextmanager
def sender(url: str, timeout: float = 5.0) -> Iterator[WhatsApp]:
    one = WhatsApp(["rahasia"], "kata sandi", "token-uji", NUMBER_ID, graph_url=url, timeout=timeout)
    try:
        yield one
    finally:
        one.close()


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    stage = Stage()
    with running(stage) as stage.url:
        yield stage


@pytest.fixture(scope="session")
def patient(stage: Stage) -> Iterator[WhatsApp]:
    with sender(stage.url) as one:
        yield one


@pytest.fixture
def fake(stage: Stage, clock: Callable[[], datetime], new_id: Callable[[], str]) -> FakeGraph:
    """The fake platform, on stage."""
    fake = FakeGraph(Settings("token-uji", "rahasia", "kata sandi", NUMBER_ID), clock, new_id)
    stage.app = build(fake)
    return fake


@pytest.fixture
def whatsapp(patient: WhatsApp, fake: FakeGraph) -> WhatsApp:
    """A sender to the fake platform."""
    return patient


@pytest.fixture
def hasty(stage: Stage, fake: FakeGraph) -> Iterator[WhatsApp]:
    """A sender to the fake platform who soon gives up."""
    with sender(stage.url, timeout=0.5) as one:
        yield one


@pytest.fixture
def answering(stage: Stage, patient: WhatsApp) -> Callable[..., WhatsApp]:
    """A sender to a platform that always gives one answer."""

    def to(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> WhatsApp:
        async def answer(_: Request) -> Response:
            return Response(body, status, headers)

        stage.app = Starlette(routes=[Route("/{path:path}", answer, methods=["POST"])])
        return patient

    return to


@pytest.fixture
def sender_to() -> Callable[..., object]:
    return sender
