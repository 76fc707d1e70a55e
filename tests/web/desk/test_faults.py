"""What nobody foresaw: a page of ours with all its headers, and not a word of what broke."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from tests.web.conftest import Server, Tipline
from tests.web.desk.conftest import OURS, Newsroom

from periksa.errors import StoreError
from periksa.model import Role
from periksa.web import body
from periksa.web.desk.guard import HEADERS

pytestmark = pytest.mark.network


def raising(error: Exception) -> Callable[..., Any]:
    def raise_it(*_: Any) -> Any:
        raise error

    return raise_it


def test_a_fault_of_ours_is_a_page_that_tells_nothing(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    http = as_(Role.EDITOR)
    monkeypatch.setattr(newsroom.casework, "drop_view", raising(RuntimeError("sandi basis data")))
    answer = http.post("/desk/inbox/views/dropped", headers=OURS)
    assert (answer.status_code, "Something broke" in answer.text, "sandi" in answer.text) == (500, True, False)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_without_a_store_what_is_not_there_is_still_not_there(
    newsroom: Newsroom, as_: Callable[..., httpx2.Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    http = as_(Role.EDITOR)
    monkeypatch.setattr(newsroom.store, "read", raising(StoreError("the database at /srv/rahasia is gone")))
    answer = http.get("/desk/tidak-ada")
    assert (answer.status_code, "Not here" in answer.text) == (404, True)


def test_whoever_leaves_within_a_form_is_no_fault(newsroom: Newsroom, tipline: Tipline) -> None:
    said: list[Any] = []
    scope = {"type": "http", "method": "POST", "path": "/desk/sign-in", "query_string": b"", "scheme": "http"}
    headers = [(b"host", b"localhost"), (b"sec-fetch-site", b"same-origin"), (b"content-length", b"1000")]

    async def leaves() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        said.append(message)

    asyncio.run(newsroom.app(tipline)({**scope, "headers": headers, "client": ("127.0.0.1", 5000)}, leaves, send))
    assert said[0]["status"] == 400


@pytest.mark.parametrize("path", ["/desk/sign-in", "/chat", "/chat/messages", "/search", "/api/ask", "/hooks/whatsapp"])
def test_whoever_sends_a_body_for_ever_is_sent_away(server: Server, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(body, "PATIENCE", 0.2)
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n".encode())
        line.sendall(b"Content-Length: 1000\r\n\r\n{")
        said = b""
        while chunk := line.recv(4096):
            said += chunk
    assert said.startswith(b"HTTP/1.1 408 ")


def test_a_form_from_elsewhere_leaves_no_invitation_in_the_log(
    newsroom: Newsroom, http: httpx2.Client, caplog: pytest.LogCaptureFixture
) -> None:
    token = newsroom.staffing.invite("bima", Role.EDITOR, "ayu").token
    with caplog.at_level(logging.WARNING):
        assert http.post(f"/desk/invitations/{token}").status_code == 403
    assert "came from elsewhere" in caplog.text
    assert token not in caplog.text


def test_a_refusal_leads_back_to_where_the_act_was_begun(newsroom: Newsroom, as_: Callable[..., httpx2.Client]) -> None:
    case = newsroom.ask("kopi luwak menyembuhkan diabetes").id
    http = as_(Role.EDITOR)
    empty = http.post("/desk/acts", data={"do": "merge", "back": "/desk/inbox?state=closed"}, headers=OURS)
    assert 'href="/desk/inbox?state=closed" data-up' in empty.text
    newsroom.review.close(case, "budi")
    late = http.post(f"/desk/cases/{case}/answer", data={"article": "luwak"}, headers=OURS)
    assert (late.status_code, f'href="/desk/cases/{case}" data-up' in late.text) == (409, True)
    away = http.post("/desk/acts", data={"do": "merge", "back": "//jahat.example"}, headers=OURS)
    assert "jahat" not in away.text
