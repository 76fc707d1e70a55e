"""The fake platform must refuse exactly what the real one refuses, or a bad sender passes its tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from periksa.web.fake_graph.limits import Violation, check

OUTBOUND = Path(__file__).parents[3].parent / "shared/data/whatsapp/meta-openapi/outbound"
TEXT = {"messaging_product": "whatsapp", "to": "6281355501001", "type": "text", "text": {"body": "Salah."}}


def interactive(kind: str, action: Any, **parts: Any) -> dict[str, Any]:
    content = {"type": kind, "body": {"text": "Yang mana?"}, "action": action} | parts
    return {"type": "interactive", "interactive": content}


def buttons(*replies: Mapping[str, str]) -> dict[str, Any]:
    return interactive("button", {"buttons": [{"type": "reply", "reply": reply} for reply in replies]})


def rows(*sections: list[Mapping[str, str]], button: str = "Pilih", title: str = "Bagian") -> dict[str, Any]:
    return interactive("list", {"button": button, "sections": [{"title": title, "rows": rows} for rows in sections]})


def template(*variables: Any) -> dict[str, Any]:
    parameters = [{"type": "text", "text": variable} for variable in variables]
    components = [{"type": "body", "parameters": parameters}]
    return {"type": "template", "template": {"name": "hasil", "language": {"code": "id"}, "components": components}}


def row(number: int, **changes: str) -> dict[str, str]:
    return {"id": f"row-{number}", "title": f"Pilihan {number}"} | changes


GOOD = {
    "the longest text": {"text": {"body": "x" * 4096}},
    "the longest body": interactive("list", rows([row(1)])["interactive"]["action"], body={"text": "x" * 1024}),
    "the longest header and footer": interactive(
        "button",
        buttons({"id": "a", "title": "Ya"})["interactive"]["action"],
        header={"type": "text", "text": "x" * 60},
        footer={"text": "x" * 60},
    ),
    "three buttons": buttons(*({"id": f"{n}".rjust(256, "x"), "title": f"{n}".rjust(20, "x")} for n in range(3))),
    "ten rows": rows(
        [row(n, id=f"{n}".rjust(200, "x"), title="x" * 24, description="x" * 72) for n in range(10)],
        button="x" * 20,
        title="x" * 24,
    ),
    "ten rows in two sections": rows([row(n) for n in range(5)], [row(n) for n in range(5, 10)]),
    "a template": template("vaksin", "x" * 1000),
    "an image": {"type": "image", "image": {"link": "https://example.org/kartu.png", "caption": "x" * 1024}},
    "a reaction": {"type": "reaction", "reaction": {"message_id": "wamid.T1", "emoji": "🙏"}},
    "a quotation": {"context": {"message_id": "wamid.T1"}},
    "a BSUID": {"to": None, "recipient": "ID.70010000000000000001"},
}

BAD = {
    "another product": ({"messaging_product": "sms"}, 100),
    "no recipient": ({"to": " "}, 131008),
    "an unknown type": ({"type": "hologram"}, 131009),
    "no text": ({"text": None}, 131008),
    "a blank text": ({"text": {"body": " \n"}}, 131008),
    "a text over 4096": ({"text": {"body": "x" * 4097}}, 131009),
    "an empty quotation": ({"context": {}}, 131008),
    "a body over 1024": (interactive("button", {}, body={"text": "x" * 1025}), 131009),
    "a header over 60": (interactive("button", {}, header={"type": "text", "text": "x" * 61}), 131009),
    "a footer over 60": (interactive("button", {}, footer={"text": "x" * 61}), 131009),
    "no buttons": (buttons(), 131009),
    "four buttons": (buttons(*({"id": f"{n}", "title": f"{n}"} for n in range(4))), 131009),
    "a button over 20": (buttons({"id": "a", "title": "x" * 21}), 131009),
    "a button id over 256": (buttons({"id": "x" * 257, "title": "Ya"}), 131009),
    "a button twice": (buttons({"id": "a", "title": "Ya"}, {"id": "b", "title": "Ya"}), 131009),
    "eleven rows": (rows([row(n) for n in range(11)]), 131009),
    "eleven rows in two sections": (rows([row(n) for n in range(6)], [row(n) for n in range(6, 11)]), 131009),
    "a list button over 20": (rows([row(1)], button="x" * 21), 131009),
    "no list button": (rows([row(1)], button=""), 131008),
    "a section over 24": (rows([row(1)], title="x" * 25), 131009),
    "a row title over 24": (rows([row(1, title="x" * 25)]), 131009),
    "a row description over 72": (rows([row(1, description="x" * 73)]), 131009),
    "a row id over 200": (rows([row(1, id="x" * 201)]), 131009),
    "a row twice": (rows([row(1), row(1)]), 131009),
    "a blank variable": (template("vaksin", " "), 131008),
    "a variable with a new line": (template("dua\nbaris"), 132012),
    "a variable with a tab": (template("dua\tkolom"), 132012),
    "a variable with 4 spaces": (template("jauh    sekali"), 132012),
    "a template over 1024": (template("x" * 600, "x" * 425), 132012),
    "a caption over 1024": ({"type": "image", "image": {"id": "1", "caption": "x" * 1025}}, 131009),
    "an image from nowhere": ({"type": "image", "image": {}}, 131008),
    "half a location": ({"type": "location", "location": {"latitude": 1}}, 131008),
    "a list where an object is expected": ({"type": "interactive", "interactive": []}, 131008),
    "objects that are none": (interactive("button", {"buttons": ["Ya"]}), 131008),
}


@pytest.mark.parametrize("changes", GOOD.values(), ids=GOOD)
def test_what_just_fits_is_accepted(changes: dict[str, Any]) -> None:
    """limits: "text 4096; caption and interactive body 1024; header, footer 60; buttons ≤ 3, title 20, id 256; …"."""
    check(TEXT | changes)


@pytest.mark.parametrize(("changes", "code"), BAD.values(), ids=BAD)
def test_what_breaks_a_limit_is_refused(changes: dict[str, Any], code: int) -> None:
    """limits: "… list ≤ 10 rows in total, button 20, section and row title 24, description 72, row id 200";

    templates: "body 1024; variables never blank, no newline, tab or 4 spaces".
    """
    with pytest.raises(Violation) as caught:
        check(TEXT | changes)
    assert caught.value.code == code


UNTYPED = "send_reply_to_list_message.json"
"""A list without "type", which by the same reference means a text: the example breaks its own rule."""


@pytest.mark.skipif(not OUTBOUND.is_dir(), reason="the collected requests are not on this machine")
def test_every_collected_request_is_accepted() -> None:
    requests = {path.name: json.loads(path.read_text()) for path in OUTBOUND.glob("*.json")}
    assert len(requests) == 50
    with pytest.raises(Violation):
        check(requests.pop(UNTYPED))
    for request in requests.values():
        if request.get("status") != "read":
            check(request)
