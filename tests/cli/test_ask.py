"""`periksa ask`."""

from __future__ import annotations

import inspect
import json
import math
import re

import pytest
from tests.cli.conftest import opened

from periksa.answers import decide
from periksa.answers.guards import GUARDS
from periksa.cli.why import DONE, RULES
from periksa.model import DecisionKind

KNOWN = "air kelapa muda menetralkan bisa ular kobra"


@pytest.fixture(autouse=True)
def _library(filled):
    pass


def test_the_reply_is_shown_as_a_person_gets_it(periksa):
    shown = periksa("ask", *KNOWN.split()).output
    assert shown.startswith("╭─ Cek Fakta ──")
    assert "Dokter menegaskan gigitan ular hanya dapat ditangani" in shown
    assert "https://uji.example/air-kelapa" in shown
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_nothing_is_stored(periksa):
    periksa("ask", KNOWN)
    periksa("ask", "kabar yang belum pernah diperiksa siapa pun")
    with opened() as installation:
        assert installation.store.read(lambda tx: (tx.cases.open(), tx.jobs.counts())) == ([], {})


def test_why_names_the_rule_every_feature_and_every_candidate(periksa):
    shown = periksa("ask", "--why", KNOWN).output
    assert "Answered: the best match reaches 85% (answers.answer)" in shown
    assert "1. Air kelapa muda tidak menetralkan bisa ular\n   Harian Uji, 2025-04-02\n" in shown
    assert "question covered" in shown
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_the_points_add_up_to_the_probability(periksa):
    first = json.loads(periksa("ask", "--json", KNOWN).output)["matches"][0]
    block = periksa("ask", "--why", KNOWN).output.partition("2. ")[0]
    *parts, total = map(float, re.findall(r"([+-]\d+\.\d\d) *$", block, re.MULTILINE))
    assert sum(parts) == pytest.approx(total, abs=0.2)
    assert 1 / (1 + math.exp(-total)) == pytest.approx(first["probability"], abs=0.01)


def test_json_carries_the_reply_and_the_reasons(periksa):
    told = json.loads(periksa("ask", "--json", KNOWN).output)
    assert told["decision"] == "answer"
    assert told["why"] == "sure"
    assert told["matches"][0]["id"] == "uji-1"
    assert {"name", "value", "points"} == told["matches"][0]["reasons"][0].keys()
    assert "https://uji.example/air-kelapa" in told["reply"]["text"]


def test_an_offer_is_numbered(periksa):
    shown = periksa("ask", "kelapa").output
    assert "1. Air kelapa muda tidak menetralkan bisa ular" in shown
    assert "Harian Uji, 2 April 2025" in shown
    assert "2. Bukan ini" in shown


def test_the_language_of_the_reply_can_be_chosen(periksa):
    assert "2. Not this one" in periksa("ask", "kelapa", "--language", "en").output


def test_an_unknown_language_is_refused(periksa):
    result = periksa("ask", "kelapa", "--language", "jv")
    assert result.exit_code == 2
    assert "there is no language 'jv'; there are: id, en." in result.stderr


def test_a_dash_reads_a_forward_from_standard_input(periksa):
    assert "https://uji.example/air-kelapa" in periksa("ask", "-", input=f"*SEBARKAN!!*\n\n{KNOWN}\n").output


@pytest.mark.parametrize("text", ["", "halo", "ok", "👍", "ya"])
def test_what_is_no_question_says_so(periksa, text):
    shown = periksa("ask", "--why", "--", text).output
    assert "\nNot answered: " in shown


def test_every_rule_that_can_decide_is_put_in_words():
    source = inspect.getsource(decide)
    named = re.findall(r'(?:why=|doubt = |return |else )"([^"]+)"', source)
    assert {*named, *(guard.reason for guard in GUARDS), "empty", "greeting", "chatter"} == set(RULES)


def test_every_decision_is_put_in_words():
    assert set(DecisionKind) == set(DONE)


def test_an_empty_library_is_said_to_be_empty(periksa, monkeypatch):
    monkeypatch.setenv("PERIKSA_DATA_DIR", "lain")
    result = periksa("ask", "--json", KNOWN)
    assert result.stderr == "The library is empty: periksa import FILE\n"
    assert json.loads(result.stdout)["why"] == "nothing fits"
