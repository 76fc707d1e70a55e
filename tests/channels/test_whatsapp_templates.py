"""Templates: filled within the platform's rules, and read from its list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from periksa.channels import SEE
from periksa.channels.whatsapp import WhatsApp
from periksa.channels.whatsapp.templates import Approved, filled
from periksa.errors import AccountTrouble, ChannelError, Refused
from periksa.model import Address, Option, Outgoing, Reply, Template
from periksa.web.fake_graph import READY, FakeGraph
from periksa.web.fake_graph import Template as Kept

pytestmark = pytest.mark.network

RINA = Address("whatsapp", "6281355501001")
DIGEST = Kept("ringkasan", "id", "Hari ini: {{1}}. Selengkapnya: {{2}}", category="MARKETING")
PAUSED = Kept("lama", "id", "Halo.", status="PAUSED")
ACCOUNT = "102290129340398"


def outgoing(template: Template, *options: Option) -> Outgoing:
    return Outgoing("out-1", "c-1", "whatsapp", Reply("", options, template=template))


@pytest.fixture
def strict(fake: FakeGraph) -> FakeGraph:
    fake.settings = replace(fake.settings, templates=(*READY, DIGEST, PAUSED))
    return fake


def test_a_filled_template_is_accepted(whatsapp: WhatsApp, strict: FakeGraph) -> None:
    """templates: "marketing / utility / authentication; body 1024"."""
    whatsapp.send(outgoing(Template("ringkasan", "id", ("Banjir", "cek.example"))), [RINA])
    (one,) = strict.recorded()
    assert one.payload["type"] == "template"
    assert one.payload["template"] == {
        "name": "ringkasan",
        "language": {"code": "id"},
        "components": [
            {
                "type": "body",
                "parameters": [{"type": "text", "text": "Banjir"}, {"type": "text", "text": "cek.example"}],
            }
        ],
    }


def test_a_tap_brings_our_word_back(whatsapp: WhatsApp, strict: FakeGraph) -> None:
    whatsapp.send(outgoing(Template("periksa_jawaban", "en"), Option(SEE, "")), [RINA])
    (one,) = strict.recorded()
    assert [part["parameters"] for part in one.payload["template"]["components"]] == [  # type: ignore[index]
        [{"type": "payload", "payload": SEE}]
    ]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("dua\nbaris", "dua baris"),
        ("dua\r\n\n  baris", "dua baris"),
        ("dua\tkolom", "dua kolom"),
        ("jauh    sekali", "jauh sekali"),
        ("tiga   spasi", "tiga   spasi"),
        ("  tepi \n", "tepi"),
        ("\u2028awas\u2029", "awas"),
        ("rusak \ud83d", "rusak \ufffd"),
    ],
)
def test_variables_go_out_on_one_line(whatsapp: WhatsApp, fake: FakeGraph, given: str, sent: str) -> None:
    """templates: "variables never blank, no newline, tab or 4 spaces"."""
    whatsapp.send(outgoing(Template("ringkasan", "id", (given,))), [RINA])
    (one,) = fake.recorded()
    assert one.payload["template"]["components"][0]["parameters"][0]["text"] == sent  # type: ignore[index]


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_a_blank_variable_is_refused_before_it_is_sent(whatsapp: WhatsApp, fake: FakeGraph, blank: str) -> None:
    """templates: "variables never blank"."""
    with pytest.raises(Refused, match="variable 2 of template 'ringkasan' is blank"):
        whatsapp.send(outgoing(Template("ringkasan", "id", ("Banjir", blank))), [RINA])
    assert fake.recorded() == []


def test_variables_that_cannot_fit_a_body_are_refused() -> None:
    """templates: "body 1024"."""
    assert filled(Template("ringkasan", "id", ("x" * 1000, "y" * 24)))
    with pytest.raises(Refused, match="longer than the 1024 characters"):
        filled(Template("ringkasan", "id", ("x" * 1000, "y" * 25)))


@pytest.mark.parametrize(
    ("template", "code"),
    [
        (Template("tidak_ada", "id"), 132001),
        (Template("ringkasan", "en", ("a", "b")), 132001),
        (Template("lama", "id"), 132001),
        (Template("ringkasan", "id", ("a",)), 132000),
    ],
)
def test_template_problems_are_the_desks(whatsapp: WhatsApp, strict: FakeGraph, template: Template, code: int) -> None:
    """errors: "template problems 132xxx → tell the desk"."""
    with pytest.raises(Refused, match="correct it at the desk") as caught:
        whatsapp.send(outgoing(template), [RINA])
    assert caught.value.code == code


# ---------------------------------------------------------------- the list


def test_every_template_is_listed_page_by_page(whatsapp: WhatsApp, strict: FakeGraph) -> None:
    found = whatsapp.templates(ACCOUNT)
    assert [(one.name, one.language, one.status) for one in found] == [
        ("periksa_jawaban", "id", "APPROVED"),
        ("periksa_jawaban", "en", "APPROVED"),
        ("periksa_kabar", "id", "APPROVED"),
        ("periksa_kabar", "en", "APPROVED"),
        ("ringkasan", "id", "APPROVED"),
        ("lama", "id", "PAUSED"),
    ]
    assert [(one.variables, one.buttons) for one in found] == [
        (0, ("Lihat",)),
        (0, ("Read it",)),
        *[(2, ())] * 3,
        (0, ()),
    ]
    assert found[4] == Approved("ringkasan", "id", "APPROVED", "MARKETING", DIGEST.body)


def test_a_list_that_is_refused_or_unreadable_is_one_sentence(
    whatsapp: WhatsApp, strict: FakeGraph, answering: Callable[..., WhatsApp]
) -> None:
    with pytest.raises(ChannelError, match="code 100"):
        whatsapp.templates("999")
    strict.settings = replace(strict.settings, token="token baru")
    with pytest.raises(AccountTrouble, match="code 190"):
        whatsapp.templates(ACCOUNT)


@pytest.mark.parametrize("body", [b"<html>", b'{"data": 7}', b'{"data": [7]}', b'{"data": [{"name": []}]}', b"[]"])
def test_a_list_that_makes_no_sense_is_refused(stage: Any, answering: Callable[..., WhatsApp], body: bytes) -> None:
    channel = answering(200)

    async def answer(_: Any) -> Response:
        return Response(body)

    stage.app = Starlette(routes=[Route("/{path:path}", answer)])
    with pytest.raises(ChannelError, match="list"):
        channel.templates(ACCOUNT)


def test_a_next_page_elsewhere_does_not_get_the_token(stage: Any, patient: WhatsApp) -> None:
    async def answer(_: Any) -> JSONResponse:
        return JSONResponse({"data": [], "paging": {"next": "https://evil.example/next"}})

    stage.app = Starlette(routes=[Route("/{path:path}", answer)])
    with pytest.raises(ChannelError, match="token is not shown"):
        patient.templates(ACCOUNT)
