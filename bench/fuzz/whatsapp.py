"""Hostile bytes at WhatsApp's door: `verify` and `parse`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["periksa.channels", "periksa.lang.mend"]):
    from periksa.channels.whatsapp import WhatsApp
    from periksa.channels.whatsapp.templates import listed

from mutating import fuzz

from periksa.errors import BadDelivery, BadSignature, ChannelError
from periksa.model import Notice, Received, Status
from periksa.web.fake_graph import READY
from periksa.web.fake_graph.hooks import sign

PAYLOADS = Path(__file__).parents[2] / "tests/channels/payloads"
SECRET = "rahasia aplikasi"
CHANNEL = WhatsApp([SECRET, "rahasia lama"], "kata sandi", "token", "1")


def one(data: bytes) -> None:
    CHANNEL.verify(data, {"x-hub-signature-256": sign(SECRET, data)})
    refused(data)
    templates(data)
    try:
        events = CHANNEL.parse(data)
    except BadDelivery:
        return
    for event in events:
        assert isinstance(event, Received | Status | Notice)
        repr(event).encode()


def refused(data: bytes) -> None:
    """Whatever stands in the header, only the right signature passes."""
    try:
        CHANNEL.verify(data, {"x-hub-signature-256": data.decode("utf-8", "surrogateescape")})
    except BadSignature:
        return
    raise AssertionError("a delivery passed without its signature")


def templates(data: bytes) -> None:
    """The platform's list of templates is JSON of the same kind."""
    try:
        page = json.loads(data)
    except (ValueError, RecursionError):
        return
    try:
        found, _ = listed(page)
        repr([(one, one.variables) for one in found]).encode()
    except ChannelError:
        return


def seeds() -> Iterator[bytes]:
    for path in sorted(PAYLOADS.glob("*.json")):
        yield path.read_bytes()
    page = {"data": [template.listed() for template in READY], "paging": {"next": "https://graph.example/next"}}
    yield json.dumps(page).encode()


if __name__ == "__main__":
    fuzz(one, seeds(), as_json=True)
