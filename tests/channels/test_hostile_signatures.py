"""Whatever bytes and headers come: only who knows the secret passes, and nothing but BadSignature is raised."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from periksa.channels import Channel
from periksa.channels.telegram import SIGNATURE, Telegram
from periksa.channels.whatsapp import WhatsApp
from periksa.errors import BadSignature
from periksa.web.fake_graph.hooks import sign

SECRET, OLD = "rahasia", "rahasia lama"
WHATSAPP = WhatsApp([SECRET, OLD], "kata sandi", "token-uji", "200300400500600")
TELEGRAM = Telegram("70001:AAuji-token-rahasia")
DOORS = {"x-hub-signature-256": WHATSAPP, SIGNATURE: TELEGRAM}
ANYTHING = st.text(st.characters(codec=None), max_size=80)
NEARLY = st.binary(max_size=40).map(lambda raw: sign(SECRET, raw))
"""Signed well, but something else."""


@pytest.mark.parametrize(("header", "channel"), DOORS.items())
@given(raw=st.binary(max_size=60), given_=ANYTHING | NEARLY, others=st.dictionaries(ANYTHING, ANYTHING, max_size=3))
@example(raw=b"", given_="", others={})
@example(raw=b"{}", given_="sha256=", others={})
@example(raw=b"{}", given_="\ud83d\0", others={"": ""})
def test_nobody_else_passes(header: str, channel: Channel, raw: bytes, given_: str, others: dict[str, str]) -> None:
    if given_ == sign(SECRET, raw):
        return
    with pytest.raises(BadSignature):
        channel.verify(raw, {**others, header: given_})


@given(st.binary(max_size=200), st.sampled_from([SECRET, OLD]))
def test_whatsapp_passes_whatever_bytes_are_signed(raw: bytes, secret: str) -> None:
    WHATSAPP.verify(raw, {"x-hub-signature-256": sign(secret, raw)})


@given(st.dictionaries(st.sampled_from(["hub.mode", "hub.verify_token", "hub.challenge"]), ANYTHING))
def test_a_handshake_is_answered_or_refused(params: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        WHATSAPP.handshake(params)
    with pytest.raises(BadSignature):
        TELEGRAM.handshake(params)
    known = {**params, "hub.mode": "subscribe", "hub.verify_token": "kata sandi"}
    assert WHATSAPP.handshake(known) == params.get("hub.challenge", "")
