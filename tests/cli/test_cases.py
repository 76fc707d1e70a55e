"""Editors and operators at the command line: cases, broadcasts, blocked people."""

from __future__ import annotations

import json

import pytest

from periksa.app import clock, new_id
from periksa.model import Address, CaseState, JobKind

from .conftest import opened

RINA, BUDI = "6281355501001", "6281355501002"
QUESTION = "kopi luwak bersertifikat pemerintah daerah"


def ask(installation, text=QUESTION, session="s1") -> None:
    said = {"id": new_id(), "session": session, "text": text, "at": clock().isoformat()}
    installation.tipline.receive("web", json.dumps(said).encode(), {}).result()
    installation.workers.drain()


def said(installation, session="s1") -> str:
    installation.workers.drain()
    return installation.tipline.conversation(Address("web", session, "session"))[-1].text


@pytest.fixture
def case(filled) -> str:
    """Two asked what nobody checked; the id of the case."""
    with opened() as installation:
        ask(installation)
        ask(installation, f"{QUESTION} ya?", "s2")
        [case] = installation.store.read(lambda tx: tx.cases.list(CaseState.OPEN))
    return case.id


def test_cases_are_listed_shown_and_answered(periksa, case):
    listed = periksa("cases").output
    assert case[:8] in listed
    assert QUESTION in " ".join(listed.split())
    assert "1 open" in listed
    shown = periksa("cases", case[:6]).output
    assert f"{QUESTION} ya?" in shown
    assert "2 wait for the answer" in shown
    answered = periksa("answer", case[:6], "uji-1", "--by", "ayu")
    assert answered.exit_code == 0
    assert "2 questions" in answered.output
    with opened() as installation:
        assert "serum antibisa" in said(installation)
        assert "serum antibisa" in said(installation, "s2")
    assert "No open cases" in periksa("cases").output


def test_numbers_in_what_people_asked_are_blotted_out(periksa, filled):
    with opened() as installation:
        ask(installation, f"{QUESTION} hubungi 0812 5550 1003")
        ask(installation, f"{QUESTION} hubungi 0812 5550 1004", "s2")
        cases = installation.store.read(lambda tx: tx.cases.list(CaseState.OPEN))
    for said in (periksa("cases").output, *(periksa("cases", case.id).output for case in cases)):
        assert "0812" in said
        assert "5550" not in said


def test_a_case_is_closed_without_a_word(periksa, case):
    assert "nobody is told" in periksa("cases", case, "--close").output
    with opened() as installation:
        assert len(installation.tipline.conversation(Address("web", "s1", "session"))) == 2


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["cases", "zz"], "There is no open case 'zz'"),
        (["cases", "--close"], "Which one?"),
        (["answer", "zz", "uji-1"], "There is no open case 'zz'"),
        (["broadcast", "zz"], "There is no fact-check with the id 'zz'"),
        (["broadcast", "uji-1", "--topic", "zz"], "There is no topic 'zz'"),
        (["channel-post", "zz"], "There is no fact-check with the id 'zz'"),
        (["block", "abc"], "'abc' is nobody we know"),
        (["block", "+62812"], "write a WhatsApp number with its country code"),
        (["block", "telegram:budi"], "is nobody we know"),
        (["block", "pigeon:1"], "'pigeon:1' is no address"),
        (["unblock", RINA], f"{RINA} is not blocked"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(periksa, filled, command, sentence):
    outcome = periksa(*command)
    assert outcome.exit_code == 1
    assert sentence in str(outcome.exception)


def test_a_broadcast_is_shown_first_and_sent_when_told_to(periksa, filled):
    assert "Nobody follows this" in periksa("broadcast", "uji-1").output
    with opened() as installation:
        ask(installation, "ikuti")
    dry = periksa("broadcast", "uji-1").output
    assert "Nothing was sent" in dry
    assert "serum antibisa" in dry
    with opened() as installation:
        jobs = installation.store.read(lambda tx: tx.jobs.counts())
        assert {kind for kind, _ in jobs} <= {JobKind.REVIEW}
    assert "on its way" in periksa("broadcast", "uji-1", "--send").output
    with opened() as installation:
        jobs = installation.store.read(lambda tx: tx.jobs.counts())
        assert {kind for kind, _ in jobs} - {JobKind.REVIEW} == {JobKind.BROADCAST}
        assert said(installation).endswith("ringkasan lagi.")


def test_a_post_for_a_channel_is_ready_to_copy(periksa, filled):
    post = periksa("channel-post", "uji-1").output
    assert post.startswith("Yang diperiksa: “")
    assert "” – *SALAH*, Harian Uji\n\n" in post
    assert post.endswith("Sumber: Harian Uji, 2 April 2025\nhttps://uji.example/air-kelapa\n")
    assert "Source: Harian Uji, 2 April 2025" in periksa("channel-post", "uji-1", "--language", "en").output
    assert periksa("channel-post", "uji-1", "--language", "xx").exit_code == 2


@pytest.mark.parametrize("address", [RINA, f"+{RINA}", f"whatsapp:{RINA}", "ID.123", "telegram:123", "web:s1"])
def test_somebody_is_blocked_before_they_are_known_and_unblocked(periksa, filled, address):
    assert "Blocked" in periksa("block", address).output
    with opened() as installation:
        ask(installation)
        replies = len(installation.tipline.conversation(Address("web", "s1", "session")))
        assert replies == (1 if address == "web:s1" else 2)
    assert "Answered again" in periksa("unblock", address).output
    assert periksa("unblock", address).exit_code == 1
