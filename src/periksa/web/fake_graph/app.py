"""The fake platform's doors: the one a sender knows, and those to steer it by."""

from __future__ import annotations

import asyncio
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from periksa.web.fake_graph import hooks
from periksa.web.fake_graph.faults import Fault, FaultKind, graph_error
from periksa.web.fake_graph.state import Answer, FakeGraph

PAGE = 2
"""Templates listed at once: so few that whoever lists them has to turn the page."""
ORDER = {"messages", "batch", "raw"}


def build(fake: FakeGraph) -> Starlette:
    """The fake platform as an application; its state can be looked at through `fake` meanwhile."""
    doors = Doors(fake)
    return Starlette(
        routes=[
            Route("/{version}/{number}/messages", doors.messages, methods=["POST"]),
            Route("/{version}/{account}/message_templates", doors.templates, methods=["GET"]),
            Route("/{version}/{id}", doors.thing, methods=["GET"]),
            Route("/loads/by/key/{key}", doors.load, methods=["GET"]),
            Route("/deliver", doors.deliver, methods=["POST"]),
            Route("/subscribe", doors.subscribe, methods=["POST"]),
            Route("/recorded", doors.recorded, methods=["GET", "DELETE"]),
            Route("/faults", doors.faults, methods=["POST", "DELETE"]),
        ],
        lifespan=doors.open,
    )


def serve(fake: FakeGraph, host: str, port: int) -> None:
    """Run the fake platform until interrupted."""
    uvicorn.Server(_config(build(fake), host, port)).run()


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """Run an application on a free port of this machine, in a thread of its own; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(_config(app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _config(app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> uvicorn.Config:
    """A sender that waits for an answer that never comes must not hold up the end."""
    return uvicorn.Config(app, host, port, log_level="critical", access_log=False, timeout_graceful_shutdown=1)


class Doors:
    """One method per route."""

    def __init__(self, fake: FakeGraph) -> None:
        self._fake = fake
        self._courier = hooks.Courier(fake)

    def open(self, _: Starlette) -> AbstractAsyncContextManager[None]:
        """Webhooks are delivered while the application runs."""
        return self._courier.at_work()

    async def messages(self, request: Request) -> Response:
        """Send a message, or a read receipt: the platform's own door."""
        await asyncio.sleep(self._fake.settings.latency / 1000)
        refused = self._refused(request)
        if refused:
            return refused
        message = await _json(request)
        if not isinstance(message, dict):
            return _graph_answer(400, graph_error(100, "the body must be a JSON object"))
        answer = self._fake.take(message)
        if answer.sent:
            self._courier.post(hooks.statuses(self._fake.settings, answer.sent))
        return _response(answer)

    async def thing(self, request: Request) -> Response:
        """What the platform says of the business number, or where a file can be loaded: for whoever has the token."""
        if refused := self._unknown_token(request):
            return refused
        id = request.path_params["id"]
        if id == self._fake.settings.phone_number_id:
            return _graph_answer(200, {"id": id})
        found = self._fake.link(id)
        if found is None:
            return _graph_answer(400, graph_error(100, "there is no such object"))
        key, file = found
        about = {"mime_type": file.mime, "sha256": file.digest.hex(), "file_size": len(file.content)}
        url = str(request.url_for("load", key=key))
        return _graph_answer(200, {"messaging_product": "whatsapp", "url": url, **about, "id": id})

    async def load(self, request: Request) -> Response:
        """The file behind a link, which is good for 5 minutes, and the token is asked for again."""
        file = self._fake.load(request.path_params["key"])
        if refused := self._unknown_token(request):
            return refused
        return Response(file.content, media_type=file.mime) if file else Response(status_code=404)

    async def templates(self, request: Request) -> Response:
        """The templates of the business account, two on a page."""
        if refused := self._unknown_token(request):
            return refused
        if request.path_params["account"] != self._fake.settings.business_account_id:
            return _graph_answer(400, graph_error(100, "there is no such business account"))
        start = int(request.query_params.get("after") or 0)
        known = self._fake.settings.templates
        more = str(request.url.include_query_params(after=start + PAGE))
        page = {"paging": {"next": more}} if start + PAGE < len(known) else {}
        return _graph_answer(200, {"data": [one.listed() for one in known[start : start + PAGE]], **page})

    def _refused(self, request: Request) -> Response | None:
        if refused := self._unknown_token(request):
            return refused
        if request.path_params["number"] != self._fake.settings.phone_number_id:
            return _graph_answer(400, graph_error(100, "there is no such phone number id"))
        return None

    def _unknown_token(self, request: Request) -> Response | None:
        bearer = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(bearer, f"Bearer {self._fake.settings.token}".encode()):
            return _graph_answer(401, graph_error(190, "the access token is missing or wrong"))
        return None

    async def deliver(self, request: Request) -> Response:
        """Webhooks as if people wrote: `{"messages": [{"from", "text", …}], "batch": n}`, or any payload as "raw"."""
        order = await _json(request)
        if not isinstance(order, dict) or not self._fake.callback_url:
            return _problem("POST an object here, after a callback_url was set or given to /subscribe")
        if unknown := sorted(order.keys() - ORDER):
            return _problem(f"there is no {', '.join(unknown)} to deliver; there are {', '.join(sorted(ORDER))}")
        try:
            return self._deliver_raw(order["raw"]) if "raw" in order else self._deliver(order)
        except (TypeError, ValueError) as error:
            return _problem(str(error))

    def _deliver_raw(self, raw: object) -> Response:
        self._courier.post([(raw if isinstance(raw, str) else json.dumps(raw)).encode()])
        return JSONResponse({"webhooks": 1, "ids": []}, 202)

    def _deliver(self, order: dict[str, Any]) -> Response:
        written = [hooks.Written.read(one, self._fake.new_id()) for one in order.get("messages", [])]
        batch = max(1, int(order.get("batch", len(written))))
        rows = [written[start : start + batch] for start in range(0, len(written), batch)]
        for row in rows:
            for one in row:
                self._fake.take_in(one)
            self._courier.post([hooks.messages(self._fake.settings, row, self._fake.clock())])
        return JSONResponse({"webhooks": len(rows), "ids": [one.id for one in written]}, 202)

    async def subscribe(self, request: Request) -> Response:
        """`{"callback_url"}`: do the verification handshake with it; webhooks go there if it was answered rightly."""
        order = await _json(request)
        url = order.get("callback_url") if isinstance(order, dict) else None
        if not isinstance(url, str):
            return _problem('POST {"callback_url": address} here')
        challenge = self._fake.new_id()
        question = {"hub.mode": "subscribe", "hub.challenge": challenge}
        question["hub.verify_token"] = self._fake.settings.verify_token
        try:
            answer = await self._courier.ask(url, question)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            return _problem(f"the callback address cannot be reached ({type(error).__name__})")
        if answer != challenge:
            return _problem("the callback address did not answer the handshake with 200 and the challenge")
        self._fake.callback_url = url
        return JSONResponse({"success": True})

    async def recorded(self, request: Request) -> Response:
        """Everything accepted and how the webhooks fare; DELETE forgets both."""
        if request.method == "DELETE":
            self._courier.counts = dict.fromkeys(self._courier.counts, 0)
            return JSONResponse({"forgotten": self._fake.forget()})
        sent = [
            {"id": one.id, "at": one.at.isoformat(), "payload": one.payload, "failed": one.failed}
            for one in self._fake.recorded()
        ]
        read = [{"message_id": one.message_id, "typing": one.typing} for one in self._fake.receipts()]
        return JSONResponse(
            {"messages": sent, "receipts": read, "webhooks": {**self._courier.counts, "waiting": self._courier.waiting}}
        )

    async def faults(self, request: Request) -> Response:
        """Plan a fault, `{"kind", "code"?, "times"?, "rate"?, "retry_after"?}`; DELETE drops all."""
        if request.method == "DELETE":
            self._fake.recover()
            return JSONResponse({"success": True})
        plan = await _json(request)
        try:
            self._fake.fail(Fault.read(plan if isinstance(plan, dict) else {}))
        except ValueError as error:
            return _problem(str(error))
        return JSONResponse({"success": True})


async def _json(request: Request) -> object:
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        return None


def _problem(sentence: str) -> Response:
    return JSONResponse({"success": False, "problem": sentence}, 400)


def _graph_answer(status: int, body: object, wait: int | None = None) -> Response:
    return JSONResponse(body, status, headers={} if wait is None else {"Retry-After": str(wait)})


def _response(answer: Answer) -> Response:
    kind = answer.fault.kind if answer.fault else None
    if kind in (FaultKind.TIMEOUT_BEFORE, FaultKind.TIMEOUT_AFTER):
        return Silence()
    if kind is FaultKind.DROP_CONNECTION:
        return Torn()
    if kind is FaultKind.HTTP_500:
        return PlainTextResponse("Internal Server Error", 500)
    if kind is FaultKind.GARBAGE:
        return PlainTextResponse("<html>", answer.status)
    return _graph_answer(answer.status, answer.body, answer.fault.retry_after if answer.fault else None)


class Silence(Response):
    """No answer at all; the sender has to give up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait until the sender is gone."""
        while (await receive())["type"] != "http.disconnect":
            pass


class Torn(Response):
    """An answer that breaks off: the server closes the connection of an application that promised more."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the headers only."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"64")]})
