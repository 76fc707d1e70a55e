"""What goes out: the real client against the fake platform, which refuses what the platform refuses."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from periksa.channels import Rate
from periksa.channels.whatsapp import WhatsApp
from periksa.errors import Refused, SendError
from periksa.model import Address, Option, Outgoing, Reply
from periksa.web.fake_graph import FakeGraph

pytestmark = pytest.mark.network

RINA = Address("whatsapp", "6281355501001")
RINA_BSUID = Address("whatsapp", "ID.70010000000000000001", "bsuid")
FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇮🇩"


def outgoing(
    text: str = "Salah. Klaim itu keliru.", *options: Option, prompt: str = "", refers_to: str = ""
) -> Outgoing:
    return Outgoing("out-1", "c-1", "whatsapp", Reply(text, options, prompt), refers_to=refers_to)


def options(count: int, title: str = "Pilihan {}", description: str = "") -> list[Option]:
    return [Option(f"article:{number}", title.format(number), description) for number in range(1, count + 1)]


def sent(fake: FakeGraph) -> Mapping[str, Any]:
    """The one message the platform accepted."""
    (one,) = fake.recorded()
    return one.payload


# ---------------------------------------------------------------- what is sent


def test_a_text_goes_out_as_the_platform_wants_it(whatsapp: WhatsApp, fake: FakeGraph) -> None:
    """ambiguity: "our id travels in `biz_opaque_callback_data`"; pair rate: "**One message per answer**"."""
    wamid = whatsapp.send(outgoing(refers_to="wamid.T1"), [RINA])
    assert [one.id for one in fake.recorded()] == [wamid]
    assert sent(fake) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "6281355501001",
        "context": {"message_id": "wamid.T1"},
        "biz_opaque_callback_data": "out-1",
        "type": "text",
        "text": {"preview_url": False, "body": "Salah. Klaim itu keliru."},
    }


def test_nothing_is_quoted_where_nothing_is_referred_to(whatsapp: WhatsApp, fake: FakeGraph) -> None:
    whatsapp.send(outgoing(), [RINA])
    assert "context" not in sent(fake)


def test_a_bsuid_is_a_recipient(whatsapp: WhatsApp, fake: FakeGraph) -> None:
    """identity: "Send with `recipient` instead of `to`"."""
    whatsapp.send(outgoing(), [RINA_BSUID])
    assert "to" not in sent(fake)
    assert sent(fake)["recipient"] == RINA_BSUID.value


def test_the_phone_number_learned_last_is_written_to(whatsapp: WhatsApp, fake: FakeGraph) -> None:
    """identity: "a new BSUID when the number changes": an old number may be somebody else's by now."""
    whatsapp.send(outgoing(), [Address("whatsapp", "6281355501000"), RINA_BSUID, RINA, RINA_BSUID])
    assert sent(fake)["to"] == RINA.value


def test_without_an_address_nothing_is_sent(whatsapp: WhatsApp, fake: FakeGraph) -> None:
    with pytest.raises(Refused, match="no WhatsApp address"):
        whatsapp.send(outgoing(), [])
    assert fake.recorded() == []


def test_up_to_three_short_options_are_buttons(whatsapp: WhatsApp, fake: FakeGraph) -> None:
    """limits: "buttons ≤ 3, title 20, id 256"."""
    whatsapp.send(outgoing("Apakah ini membantu?", Option("yes", "Ya"), Option("no", "Bukan ini yang sa..")), [RINA])
    assert sent(fake)["interactive"] == {
        "type": "button",
        "body": {"text": "Apakah ini membantu?"},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": "yes", "title": "Ya"}},
                {"type": "reply", "reply": {"id": "no", "title": "Bukan ini yang sa.."}},
            ]
        },
    }


@pytest.mark.parametrize(
    "choices",
    [
        pytest.param(options(4), id="four"),
        pytest.param(options(2, "judul yang lebih dari 20 {}"), id="a long title"),
        pytest.param(options(2, "Ya", "Vaksin berisi cip"), id="a description"),
        pytest.param([Option("a", "Ya"), Option("b", "Ya")], id="the same title twice"),
    ],
)
def test_what_buttons_cannot_show_is_a_list(whatsapp: WhatsApp, fake: FakeGraph, choices: list[Option]) -> None:
    whatsapp.send(outgoing("Yang mana?", *choices, prompt="Pilih"), [RINA])
    action = sent(fake)["interactive"]["action"]
    assert action["button"] == "Pilih"
    assert [row["id"] for row in action["sections"][0]["rows"]] == [option.id for option in choices]


def test_a_list_is_cut_to_the_platforms_limits(whatsapp: WhatsApp, fake: FakeGraph) -> None:
    """limits: "list ≤ 10 rows in total, button 20, section and row title 24, description 72, row id 200.

    Cut by grapheme, never in the middle of an emoji".
    """
    choices = [Option(f"{n}".rjust(200, "x"), FAMILY * 9, FLAG * 60) for n in range(10)]
    named = list(enumerate(choices, 1))
    whatsapp.send(outgoing("Yang mana?", *choices, prompt=FLAG * 15), [RINA])
    action = sent(fake)["interactive"]["action"]
    assert action["button"] == FLAG * 9 + "…"
    assert action["sections"] == [
        {"rows": [{"id": one.id, "title": f"{n} · " + FLAG * 9 + "…", "description": FAMILY * 9} for n, one in named]}
    ]


def test_a_title_that_was_cut_stands_in_full_below(whatsapp: WhatsApp, fake: FakeGraph) -> None:
    title = "Air kelapa menetralkan vaksin dalam semalam"
    whatsapp.send(outgoing("Yang mana?", *options(4, title)), [RINA])
    row = sent(fake)["interactive"]["action"]["sections"][0]["rows"][0]
    assert row == {"id": "article:1", "title": "1.", "description": title}


def test_rows_are_numbered_tell_the_difference_and_stand_in_full_in_the_text(
    whatsapp: WhatsApp, fake: FakeGraph
) -> None:
    same = "Kabar uang baru Rp250.000 akan diedarkan oleh bank sentral menjelang hari raya, kata"
    choices = [
        Option("article:1", f"{same} direktur", "Cek Nusantara, 17 Januari 2026"),
        Option("article:2", f"{same} menteri", "Harian Uji, 2 April 2025"),
        Option("none", "Bukan semua ini"),
    ]
    whatsapp.send(outgoing("Balas dengan angkanya.", *choices, prompt="Lihat pilihan"), [RINA])
    interactive = sent(fake)["interactive"]
    assert interactive["type"] == "list"
    assert interactive["action"]["sections"][0]["rows"] == [
        {"id": "article:1", "title": "1 · Cek Nusantara", "description": "…direktur"},
        {"id": "article:2", "title": "2 · Harian Uji", "description": "…menteri"},
        {"id": "none", "title": "3. Bukan semua ini"},
    ]
    assert interactive["body"]["text"].splitlines() == [
        "Balas dengan angkanya.",
        "",
        f"1. {same} direktur – Cek Nusantara, 17 Januari 2026",
        f"2. {same} menteri – Harian Uji, 2 April 2025",
        "3. Bukan semua ini",
    ]


def test_a_list_without_a_prompt_still_has_a_label(whatsapp: WhatsApp, fake: FakeGraph) -> None:
    whatsapp.send(outgoing("Yang mana?", *options(4)), [RINA])
    assert sent(fake)["interactive"]["action"]["button"] == "…"


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        pytest.param("Panjang. " * 150, options(2), id="a text over 1024"),
        pytest.param("Yang mana?", options(11), id="eleven options"),
        pytest.param("Yang mana?", [Option("x" * 201, "Pilihan 1"), Option("b", "Pilihan 2")] * 2, id="a long id"),
    ],
)
def test_what_no_list_can_carry_is_a_text_with_numbers(
    whatsapp: WhatsApp, fake: FakeGraph, text: str, choices: list[Option]
) -> None:
    """limits: "caption and interactive body 1024": rather no taps than half an answer."""
    whatsapp.send(outgoing(text, *choices), [RINA])
    lines = sent(fake)["text"]["body"].splitlines()
    assert lines[0] == text.strip()
    assert lines[1] == ""
    assert lines[2:] == [f"{number}. {option.title}" for number, option in enumerate(choices, 1)]


@pytest.mark.parametrize("unit", ["a", FAMILY, FLAG, "e\u0301"])
def test_a_text_is_cut_at_4096_between_graphemes(whatsapp: WhatsApp, fake: FakeGraph, unit: str) -> None:
    """limits: "text 4096"."""
    whatsapp.send(outgoing(unit * 4097), [RINA])
    body = sent(fake)["text"]["body"]
    assert 4096 - len(unit) <= len(body) <= 4096
    assert body == unit * ((len(body) - 1) // len(unit)) + "…"


def test_numbered_options_survive_the_longest_text(whatsapp: WhatsApp, fake: FakeGraph) -> None:
    whatsapp.send(outgoing(FAMILY * 900, *options(3, "Pilihan {}", "Salah")), [RINA])
    body = sent(fake)["text"]["body"]
    assert len(body) <= 4096
    assert body.endswith(f"{FAMILY}…\n\n1. Pilihan 1 – Salah\n2. Pilihan 2 – Salah\n3. Pilihan 3 – Salah")


def test_text_that_cannot_be_encoded_is_mended(whatsapp: WhatsApp, fake: FakeGraph) -> None:
    whatsapp.send(outgoing("awas \ud83d\0", Option("a", "\udc00"), Option("b", "b")), [RINA])
    assert sent(fake)["interactive"]["body"] == {"text": "awas \ufffd\ufffd"}


def test_connections_are_kept_and_threads_may_share(stage: Any, patient: WhatsApp) -> None:
    ports = []

    async def answer(request: Request) -> Response:
        ports.append(request.client.port if request.client else 0)
        return Response(b'{"messages": [{"id": "wamid.1"}]}')

    stage.app = Starlette(routes=[Route("/{path:path}", answer, methods=["POST"])])
    for _ in range(3):
        patient.send(outgoing(), [RINA])
    assert len(set(ports)) == 1
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: patient.send(outgoing(), [RINA]), range(20))) == ["wamid.1"] * 20
    assert len(set(ports)) <= 5


# ---------------------------------------------------------------- courtesies


@pytest.mark.parametrize("answering", [True, False])
def test_people_see_that_their_message_was_read_and_is_being_answered(
    whatsapp: WhatsApp, fake: FakeGraph, answering: bool
) -> None:
    whatsapp.attend("wamid.T1", [RINA], answering=answering)
    assert [(one.message_id, one.typing) for one in fake.receipts()] == [("wamid.T1", answering)]
    assert fake.recorded() == []


def test_a_courtesy_that_is_refused_says_so(answering: Any) -> None:
    with pytest.raises(SendError, match="code 131009"):
        answering(400, b'{"error": {"code": 131009}}').attend("wamid.T1", [RINA], answering=True)


def test_its_pace_is_the_platforms() -> None:
    """throughput: "80 messages/s per number, later 1,000"; pair rate: "one message per 6 s … burst 45"."""
    made = WhatsApp(["rahasia"], "kata sandi", "token", "1", per_second=1000, conversations=250)
    made.close()
    assert (made.caps.person, made.caps.window) == (Rate(45, 6.0), timedelta(hours=24))
    assert made.caps.all
    assert made.caps.all.seconds == 0.001
    assert made.caps.conversations == 250
