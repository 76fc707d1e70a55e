"""The fake platform and a webhook that listens to it, both real servers, shared by all tests of this folder."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from periksa.web.fake_graph import FakeGraph, Settings, build, running

SETTINGS = Settings("token-uji", "rahasia", "kata sandi", "200300400500600", redelivery=(0.01, 0.01))
TEXT = {"messaging_product": "whatsapp", "to": "6281355501001", "type": "text", "text": {"body": "Salah."}}


class Receiver:
    """A webhook that keeps what it is sent, after refusing the first few."""

    def __init__(self) -> None:
        self.verify_token = "kata sandi"
        self.refusing = 0
        self.deliveries: list[tuple[str, bytes]] = []

    async def hook(self, request: Request) -> Response:
        if request.method == "GET":
            known = request.query_params["hub.verify_token"] == self.verify_token
            return PlainTextResponse(request.query_params["hub.challenge"], 200 if known else 403)
        if self.refusing:
            self.refusing -= 1
            return Response(status_code=503)
        self.deliveries.append((request.headers["x-hub-signature-256"], await request.body()))
        return Response()

    def values(self, key: str) -> list[Mapping[str, Any]]:
        """Every element under `key` ("messages", "statuses") of all deliveries, in order."""
        changes = [json.loads(raw)["entry"][0]["changes"][0]["value"] for _, raw in self.deliveries]
        return [one for value in changes for one in value.get(key, [])]


class Graph:
    """The running fake platform, as seen over HTTP."""

    def __init__(self, fake: FakeGraph, client: httpx2.Client, receiver: Receiver, hook: str) -> None:
        self.fake = fake
        self.client = client
        self.receiver = receiver
        self.hook = hook

    def reset(self) -> None:
        self.settled()
        self.client.delete("/recorded")
        self.fake.recover()
        self.fake.settings = SETTINGS
        self.fake.callback_url = self.hook
        Receiver.__init__(self.receiver)

    def change(self, **settings: Any) -> None:
        self.fake.settings = replace(self.fake.settings, **settings)

    def send(self, timeout: float = 5.0, **changes: Any) -> httpx2.Response:
        path = f"/v23.0/{SETTINGS.phone_number_id}/messages"
        return self.client.post(path, json=TEXT | changes, timeout=timeout)

    def settled(self) -> Mapping[str, int]:
        """How webhooks fared, once none is under way."""
        for _ in range(300):
            webhooks: Mapping[str, int] = self.client.get("/recorded").json()["webhooks"]
            if not webhooks["waiting"]:
                return webhooks
            time.sleep(0.01)
        pytest.fail("webhooks are still under way after 3 seconds")


@pytest.fixture(scope="session")
def running_graph() -> Iterator[Graph]:
    receiver, ids = Receiver(), itertools.count(1)
    fake = FakeGraph(SETTINGS, lambda: datetime(2026, 3, 1, 8, tzinfo=UTC), lambda: f"{next(ids)}")
    webhook = Starlette(routes=[Route("/hook", receiver.hook, methods=["GET", "POST"])])
    with running(webhook) as ours, running(build(fake)) as theirs:
        headers = {"Authorization": f"Bearer {SETTINGS.token}"}
        with httpx2.Client(base_url=theirs, headers=headers) as client:
            yield Graph(fake, client, receiver, f"{ours}/hook")


@pytest.fixture
def graph(running_graph: Graph) -> Graph:
    running_graph.reset()
    return running_graph


@pytest.fixture
def make(clock: Callable[[], datetime], new_id: Callable[[], str]) -> Callable[..., FakeGraph]:
    """A fake platform that nobody serves, for what needs no HTTP."""
    return lambda **changes: FakeGraph(replace(SETTINGS, **changes), clock, new_id)
