"""What goes wrong: every failure of the platform becomes the error that says what to do about it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest

from periksa.channels.whatsapp import WhatsApp
from periksa.channels.whatsapp.refusals import CODES
from periksa.errors import (
    AccountTrouble,
    Gone,
    OptedOut,
    OutcomeUnknown,
    PersonThrottled,
    Refused,
    SendError,
    Spared,
    Throttled,
    Transient,
    WindowClosed,
)
from periksa.model import Address, Outgoing, Reply
from periksa.web.fake_graph import FakeGraph, Fault, FaultKind

pytestmark = pytest.mark.network

RINA = Address("whatsapp", "6281355501001")
REPLY = Outgoing("out-1", "c-1", "whatsapp", Reply("Rahasia besar: klaim itu keliru."))

Answering = Callable[..., WhatsApp]
SenderTo = Callable[[str], AbstractContextManager[WhatsApp]]


DOCUMENTED: dict[type[SendError], list[int]] = {
    Throttled: [4, 80007, 130429, 131048, 133016],
    PersonThrottled: [131056],
    Transient: [131000, 131016],
    WindowClosed: [131047, 470],
    Gone: [131026],
    Spared: [131049],
    OptedOut: [131050],
    AccountTrouble: [131031, 131042, 368, 190],
}
TEMPLATE = [132000, 132001, 132012, 132999]
OTHER = [100, 131008, 131009, 131051, 133000]


@pytest.mark.parametrize(("error", "codes"), [*DOCUMENTED.items(), (Refused, TEMPLATE), (Refused, OTHER)])
def test_every_code_is_understood(
    whatsapp: WhatsApp, fake: FakeGraph, error: type[SendError], codes: list[int]
) -> None:
    """errors: "throttled → back off: 4, 80007, 130429, 131048, 131056, 133016 … · transient → retry: 131000, 131016

    … · window → template: 131047, 470 · gone → stop: 131026, 131049, 131050 (marketing opt-out) · template problems
    132xxx → tell the desk · account 131031, 131042, 368, 190 → page the operator".
    """
    for code in codes:
        fake.fail(Fault(FaultKind.GONE, code))
        with pytest.raises(SendError) as caught:
            whatsapp.send(REPLY, [RINA])
        assert type(caught.value) is error, code
        assert caught.value.code == code
        assert f"code {code})" in str(caught.value)
    assert fake.recorded() == []


def test_no_code_is_understood_that_is_not_documented() -> None:
    assert {code: error for code, (error, _) in CODES.items()} == {
        code: error for error, codes in DOCUMENTED.items() for code in codes
    }


@pytest.mark.parametrize(("error", "codes"), [*DOCUMENTED.items(), (Refused, TEMPLATE), (Refused, OTHER)])
def test_a_failed_status_means_what_a_refusal_with_its_code_means(
    whatsapp: WhatsApp, error: type[SendError], codes: list[int]
) -> None:
    """statuses: "failed"; errors: "window → template: 131047, 470"."""
    for code in codes:
        why = whatsapp.failure(code)
        assert type(why) is error, code
        assert f"code {code})" in str(why)
    assert type(whatsapp.failure(None)) is Refused


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (429, Throttled),
        (401, AccountTrouble),
        (500, Transient),
        (502, Transient),
        (503, Transient),
        (307, Transient),
        (400, Refused),
        (403, Refused),
        (404, Refused),
        (413, Refused),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error": {"code": "?"}}', b'{"error": []}', b"[" * 50_000])
def test_without_a_code_the_http_status_decides(
    answering: Answering, status: int, error: type[SendError], body: bytes
) -> None:
    """errors: "HTTP 429 · transient → retry: … 5xx"."""
    with pytest.raises(SendError) as caught:
        answering(status, body).send(REPLY, [RINA])
    assert type(caught.value) is error
    assert caught.value.code is None


@pytest.mark.parametrize(
    ("header", "wait"), [("7", 7.0), ("0", 0.0), ("Sun, 01 Mar 2026 08:00:00 GMT", None), ("-1", None)]
)
def test_the_platform_says_how_long_to_wait(answering: Answering, header: str, wait: float | None) -> None:
    with pytest.raises(Throttled) as caught:
        answering(429, headers={"Retry-After": header}).send(REPLY, [RINA])
    assert caught.value.wait == wait


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"{}", b'{"messages": []}', b'{"messages": [{"id": 7}]}', b'{"messages": "x"}', b"[" * 50_000],
)
def test_an_acceptance_that_cannot_be_read_is_ambiguous(answering: Answering, body: bytes) -> None:
    with pytest.raises(OutcomeUnknown, match="may have been sent"):
        answering(200, body).send(REPLY, [RINA])


@pytest.mark.parametrize(
    ("kind", "recorded"),
    [
        (FaultKind.TIMEOUT_BEFORE, 0),
        (FaultKind.TIMEOUT_AFTER, 1),
        (FaultKind.DROP_CONNECTION, 0),
        (FaultKind.GARBAGE, 1),
    ],
)
def test_an_answer_that_never_comes_is_ambiguous(
    hasty: WhatsApp, fake: FakeGraph, kind: FaultKind, recorded: int
) -> None:
    """ambiguity: "a timeout after a send is ambiguous: never resend blindly"."""
    fake.fail(Fault(kind))
    with pytest.raises(OutcomeUnknown, match="may have been sent"):
        hasty.send(REPLY, [RINA])
    assert len(fake.recorded()) == recorded
    assert hasty.send(REPLY, [RINA])


def test_a_connection_that_is_cut_after_the_request_is_ambiguous(sender_to: SenderTo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def take_and_hang_up() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)

        server = threading.Thread(target=take_and_hang_up)
        server.start()
        with (
            sender_to(f"http://127.0.0.1:{listener.getsockname()[1]}") as whatsapp,
            pytest.raises(OutcomeUnknown, match="may have been sent"),
        ):
            whatsapp.send(REPLY, [RINA])
        server.join()


def test_a_platform_that_cannot_be_reached_took_nothing(sender_to: SenderTo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with sender_to(f"http://127.0.0.1:{port}") as whatsapp, pytest.raises(Transient, match="cannot be reached"):
        whatsapp.send(REPLY, [RINA])


def test_a_wrong_token_is_the_operators_business(whatsapp: WhatsApp, fake: FakeGraph) -> None:
    fake.settings = replace(fake.settings, token="token baru")
    with pytest.raises(AccountTrouble) as caught:
        whatsapp.send(REPLY, [RINA])
    assert caught.value.code == 190


def test_the_pace_of_one_person_is_ours_to_keep(whatsapp: WhatsApp, fake: FakeGraph, clock: Any) -> None:
    """pair rate: "one message per 6 s per user, burst 45 → 131056"."""
    fake.settings = replace(fake.settings, pair_rate=True)
    for _ in range(45):
        whatsapp.send(REPLY, [RINA])
    with pytest.raises(Throttled) as caught:
        whatsapp.send(REPLY, [RINA])
    assert caught.value.code == 131056
    whatsapp.send(REPLY, [Address("whatsapp", "6281355501002")])
    clock.pass_(seconds=6)
    whatsapp.send(REPLY, [RINA])


@pytest.mark.parametrize("kind", [kind for kind in FaultKind if kind is not FaultKind.FAILED])
def test_an_error_tells_nothing_about_the_person(hasty: WhatsApp, fake: FakeGraph, kind: FaultKind) -> None:
    """An error's sentence is logged: no word, number or token is in it."""
    fake.fail(Fault(kind))
    with pytest.raises(SendError) as caught:
        hasty.send(REPLY, [RINA])
    for secret in ("Rahasia besar", RINA.value, "token-uji", "\n"):
        assert secret not in str(caught.value)
