"""What may go out when; the rules alone, without a store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from periksa.channels import SEE, Caps
from periksa.model import Option, Outgoing, Purpose, Reply, Template
from periksa.sending.window import MARGIN, Knock, fit, is_open, knock_for

WHATSAPP = Caps(4096, window=timedelta(hours=24))
READY = Template("periksa_jawaban", "id")
KNOCK = Knock("periksa_jawaban", ("id", "en_US"))


def outgoing(purpose: Purpose = Purpose.ANSWER, template: Template | None = None) -> Outgoing:
    reply = Reply("Salah.", (Option("yes", "Ya"),), template=template)
    return Outgoing("r-1", "c-rina", "whatsapp", reply, "m-1", "wamid.T1", purpose=purpose)


def test_a_window_is_open_for_24_hours(clock: Any) -> None:
    """24 h window: "opens and renews with each user message"."""
    wrote_at = clock()
    clock.pass_(hours=24)
    assert not is_open(WHATSAPP, wrote_at, clock())
    assert not is_open(WHATSAPP, wrote_at, clock() - MARGIN)
    assert is_open(WHATSAPP, wrote_at, clock() - MARGIN - timedelta(seconds=1))


def test_a_channel_without_windows_and_a_person_nothing_is_known_of_are_written_to(clock: Any) -> None:
    assert is_open(Caps(4096), clock() - timedelta(days=900), clock())
    assert is_open(WHATSAPP, None, clock())


def test_inside_words_go_and_never_the_template() -> None:
    """24 h window: "Inside: free-form"."""
    going = fit(outgoing(Purpose.DIGEST, READY), opened=True)
    assert going
    assert (going.reply.text, going.reply.template, going.refers_to) == ("Salah.", None, "wamid.T1")


def test_outside_only_a_template_goes() -> None:
    """24 h window: "Outside: approved template only"."""
    going = fit(outgoing(Purpose.DIGEST, READY), opened=False)
    assert going
    assert (going.reply, going.refers_to) == (Reply("", template=READY), "")
    assert fit(outgoing(), opened=False) is None


def test_a_knock_brings_its_button_and_is_left_out_for_whoever_has_written() -> None:
    """24 h window: "a short template with a button"."""
    knock = Outgoing("k-1", "c-rina", "whatsapp", Reply("", (Option(SEE, ""),), template=READY), purpose=Purpose.KNOCK)
    going = fit(knock, opened=False)
    assert going
    assert [option.id for option in going.reply.options] == [SEE]
    assert fit(knock, opened=True) is None


@pytest.mark.parametrize(("language", "code"), [("id", "id"), ("en", "en_US"), ("jv", "id"), ("", "id")])
def test_a_template_speaks_the_persons_language_where_it_can(language: str, code: str) -> None:
    assert KNOCK.template(language) == Template("periksa_jawaban", code)


def test_a_person_is_knocked_at_once_a_day(clock: Any) -> None:
    ids = [knock_for(outgoing(), KNOCK, "id", clock()).id]
    clock.pass_(hours=2)
    ids.append(knock_for(outgoing(), KNOCK, "id", clock()).id)
    clock.pass_(hours=22)
    ids.append(knock_for(outgoing(), KNOCK, "id", clock()).id)
    assert ids[0] == ids[1] != ids[2]
