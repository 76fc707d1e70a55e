"""`periksa ask`."""

from __future__ import annotations

import json
import math
import re

import pytest
from tests.cli.conftest import opened

from periksa.model import CaseState

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
    def kept():
        with opened() as installation:
            return installation.store.read(lambda tx: (tx.cases.list(CaseState.OPEN), tx.jobs.counts()))

    before = kept()
    periksa("ask", KNOWN)
    periksa("ask", "kabar yang belum pernah diperiksa siapa pun")
    assert kept() == before


def test_why_tells_what_speaks_for_and_against_the_best_and_the_others_in_a_line(periksa):
    shown = periksa("ask", "--why", "air kelapa muda menetralkan bisa ular kobra, jembatan").output
    assert "\nDitawarkan untuk dipilih: kandidat terbaik hampir sama" in shown
    assert re.search(
        r"^1\. Air kelapa muda tidak menetralkan bisa ular\n   Harian Uji, 2025-04-02, \d", shown, re.MULTILINE
    )
    assert re.search(r"^ +\+ Berbagi kata .*ular", shown, re.MULTILINE)
    assert re.search(r"^ +- Kata di klaim yang tidak ada di pesan: Minum\.", shown, re.MULTILINE)
    assert re.search(
        r"^2\. +\d+\.\d% Jembatan Kahayan tidak runtuh akibat gempa \(Harian Uji, 2025-06-11\):", shown, re.MULTILINE
    )
    assert "question_covered" not in shown
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_a_guard_that_stopped_an_answer_is_told_in_words(periksa):
    shown = periksa("ask", "--why", f"{KNOWN} tahun 2019").output
    assert "Ditawarkan untuk dipilih: tahunnya lain dari yang dibahas kandidat terbaik." in shown.replace("\n", " ")
    assert "- Nomor 2019 tidak ada di klaim." in shown


def test_reasons_come_in_the_language_of_the_reply(periksa):
    shown = periksa("ask", "--why", "--language", "en", KNOWN).output
    assert "\nAnswered: " in shown
    assert "Words of the claim that are not in the message: Minum." in shown


def test_all_shows_every_feature_of_every_candidate(periksa):
    shown = periksa("ask", "--why", "--all", f"{KNOWN}, jembatan").output
    assert shown.count("question_covered_anywhere") == 2
    assert "bagian pesan yang ada di klaim" in shown
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_the_points_add_up_to_the_probability(periksa):
    first = json.loads(periksa("ask", "--json", KNOWN).output)["matches"][0]
    block = periksa("ask", "--why", "--all", KNOWN).output.partition("2. ")[0]
    *parts, total = map(float, re.findall(r"([+-]\d+\.\d\d) *$", block, re.MULTILINE))
    assert sum(parts) == pytest.approx(total, abs=0.2)
    assert 1 / (1 + math.exp(-total)) == pytest.approx(first["score"], abs=0.01)


def test_json_carries_the_reply_and_the_reasons(periksa):
    told = json.loads(periksa("ask", "--json", KNOWN).output)
    assert (told["decision"], told["why"], told["language"], told["shown"]) == ("answer", "sure", "id", ["uji-1"])
    assert told["matches"][0]["id"] == "uji-1"
    assert any("ular" in sentence for sentence in told["matches"][0]["for"])
    assert {"name", "value", "share"} == told["matches"][0]["reasons"][0].keys()
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
    assert "\nDiteruskan ke redaksi: " in shown


def test_an_empty_library_is_said_to_be_empty(periksa, monkeypatch):
    monkeypatch.setenv("PERIKSA_DATA_DIR", "lain")
    result = periksa("ask", "--json", KNOWN)
    assert result.stderr == "The library is empty: periksa import FILE\n"
    assert json.loads(result.stdout)["why"] == "nothing fits"
