"""Webhooks over real HTTP: what a platform sends, and what it is told."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import httpx2
import pytest
from tests.web.conftest import Server, Tipline, signed

from periksa.errors import StoreBusy, StoreError
from periksa.web.hooks import MOST_BYTES

pytestmark = pytest.mark.network

DELIVERY = json.dumps(
    {"id": "wamid.1", "text": "benarkah bansos cair besok?", "choice": "", "at": "2026-03-01T08:00:00+00:00"}
).encode()


@pytest.fixture
def http(server: Server) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url, timeout=10) as client:
        yield client


def test_handshake_answers_the_challenge_as_plain_text(http: httpx2.Client) -> None:
    answer = http.get("/hooks/whatsapp", params={"hub.verify_token": "rahasia", "hub.challenge": "1158201444"})
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")


def test_handshake_with_another_token_is_forbidden(http: httpx2.Client) -> None:
    answer = http.get("/hooks/whatsapp", params={"hub.verify_token": "salah", "hub.challenge": "1158201444"})
    assert answer.status_code == 403
    assert "1158201444" not in answer.text


def test_a_signed_delivery_is_stored_before_the_200(http: httpx2.Client, tipline: Tipline) -> None:
    answer = http.post("/hooks/whatsapp", content=DELIVERY, headers=signed(DELIVERY))
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert tipline.deliveries == [DELIVERY]


@pytest.mark.parametrize("headers", [{}, signed(b"something else")], ids=["unsigned", "signed for other bytes"])
def test_a_delivery_nobody_signed_is_refused(http: httpx2.Client, tipline: Tipline, headers: dict[str, str]) -> None:
    assert http.post("/hooks/whatsapp", content=DELIVERY, headers=headers).status_code == 401
    assert tipline.deliveries == []


def test_a_malformed_delivery_is_refused_without_an_echo(http: httpx2.Client) -> None:
    raw = b"{ <script>nomor 0812 sekian</script>"
    answer = http.post("/hooks/whatsapp", content=raw, headers=signed(raw))
    assert answer.status_code == 400
    assert "0812" not in answer.text
    assert len(answer.text.splitlines()) == 1


@pytest.mark.parametrize("channel", ["telepati", "web"])
def test_a_channel_without_a_webhook_is_not_found(http: httpx2.Client, tipline: Tipline, channel: str) -> None:
    assert http.post(f"/hooks/{channel}", content=DELIVERY).status_code == 404
    assert http.get(f"/hooks/{channel}").status_code == 404
    assert tipline.deliveries == []


@pytest.mark.parametrize("trouble", [StoreBusy("locked"), StoreError("gone")])
def test_what_is_not_stored_is_asked_for_again(http: httpx2.Client, tipline: Tipline, trouble: StoreError) -> None:
    tipline.trouble = trouble
    assert http.post("/hooks/whatsapp", content=DELIVERY, headers=signed(DELIVERY)).status_code == 503
    tipline.trouble = None
    assert http.post("/hooks/whatsapp", content=DELIVERY, headers=signed(DELIVERY)).status_code == 200


def test_the_largest_delivery_fits_and_one_byte_more_does_not(http: httpx2.Client, tipline: Tipline) -> None:
    largest = DELIVERY.ljust(MOST_BYTES)
    assert http.post("/hooks/whatsapp", content=largest, headers=signed(largest)).status_code == 200
    longer = largest + b" "
    assert http.post("/hooks/whatsapp", content=longer, headers=signed(longer)).status_code == 413
    assert tipline.deliveries == [largest]


def test_a_body_that_does_not_say_its_length_is_cut_off(server: Server) -> None:
    """The server must answer long before the endless body ends."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(b"POST /hooks/whatsapp HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        for _ in range(MOST_BYTES // 0x10000 + 1):
            line.sendall(chunk)
        assert line.recv(64).startswith(b"HTTP/1.1 413 ")


def test_a_client_that_leaves_early_harms_nobody(server: Server, tipline: Tipline, http: httpx2.Client) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(b"POST /hooks/whatsapp HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
    assert http.get("/health").status_code == 200
    assert tipline.deliveries == []


def test_other_verbs_are_not_allowed(http: httpx2.Client) -> None:
    assert http.put("/hooks/whatsapp", content=DELIVERY).status_code == 405


def test_a_fault_of_ours_shows_no_trace(http: httpx2.Client, tipline: Tipline) -> None:
    tipline.trouble = RuntimeError("sandi basis data")
    answer = http.post("/hooks/whatsapp", content=DELIVERY, headers=signed(DELIVERY))
    assert answer.status_code == 500
    assert answer.text == "Internal Server Error"
