"""`periksa ask`."""

from __future__ import annotations

import json
import math
import re
import shutil
from datetime import UTC, datetime

import pytest
from tests.cli.conftest import opened

from periksa.errors import IndexUnavailable
from periksa.model import CaseState, Job, JobKind

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
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
    with opened():
        pass
    result = periksa("ask", "--json", KNOWN)
    assert result.stderr == "The library is empty: periksa import FILE\n"
    assert json.loads(result.stdout)["why"] == "nothing fits"


def test_a_lost_index_is_said_and_what_to_do(periksa, folder):
    shutil.rmtree(folder / "periksa-data" / "index")
    result = periksa("ask", KNOWN)
    assert isinstance(result.exception, IndexUnavailable)
    assert "run `periksa reindex`" in str(result.exception)
    assert periksa("reindex").output == "2 articles can be found.\n"
    assert "https://uji.example/air-kelapa" in periksa("ask", KNOWN).output


@pytest.mark.parametrize(
    ("text", "words"),
    [("https://contoh.example/kabar", "Kami belum bisa membuka tautan ini"), ("ok", "Baik. Kirimkan kabar lain")],
)
def test_where_there_is_nothing_to_look_for_it_says_what_a_channel_says(periksa, text, words):
    assert words in " ".join(periksa("ask", text).output.replace("│", " ").split())


def test_a_library_that_waits_to_be_indexed_is_not_called_empty(periksa, folder):
    with opened() as installation:
        installation.index.drop(["uji-1", "uji-2"])
        installation.store.write(
            lambda tx: tx.jobs.add([Job(JobKind.INDEX, "uji-1"), Job(JobKind.INDEX, "uji-2")], NOON)
        )
    assert "None of 2 articles can be found yet: start periksa serve" in periksa("ask", KNOWN).stderr


def test_a_chosen_folder_without_models_is_warned_of(periksa, monkeypatch):
    assert "Warning" not in periksa("ask", KNOWN).stderr
    monkeypatch.setenv("PERIKSA_MODELS_FOLDER", "/tiada")
    [line] = periksa("ask", KNOWN).stderr.splitlines()
    assert line.startswith("Warning: there is no ")
    assert line.endswith("in /tiada (models.folder, PERIKSA_MODELS_FOLDER): articles are found by words alone.")
    monkeypatch.setenv("PERIKSA_MODELS_USE", "none")
    assert periksa("ask", KNOWN).stderr == ""


def test_a_port_that_is_none_is_one_sentence(periksa):
    for command in ("demo", "fake-graph"):
        result = periksa(command, "--port", "99999")
        assert result.exit_code == 2
        assert "Invalid value for '--port': Input should be less than or equal to 65535" in result.stderr


def test_the_demo_tells_how_to_ask_its_library(periksa, folder, monkeypatch):
    shown = periksa("demo", "--once").output
    assert 'PERIKSA_DATA_DIR=periksa-data/demo periksa ask --why "SIM gratis"' in shown
    monkeypatch.setenv("PERIKSA_DATA_DIR", "periksa-data/demo")
    assert periksa("ask", "SIM gratis").stderr == ""


# ---------------------------------------------------------------- news

FIRST, LATER = "Menara Rangkas akan dirobohkan bulan depan", "Perobohan menara Rangkas ditunda"
NEWS = {
    "id": "kabar-1",
    "kind": "news",
    "title": "Perobohan menara Rangkas ditunda",
    "outlet": "Kabar Uji",
    "date": "2025-07-03",
    "url": "https://kabar.example/menara-rangkas",
    "statements": [
        {"speaker": "Wening Laksita", "role": "kepala dinas", "words": FIRST, "date": "2025-07-01", "via": ["Antara"]},
        {"speaker": "Wening Laksita", "role": "kepala dinas", "words": LATER, "date": "2025-07-03", "direct": True},
    ],
}


@pytest.fixture
def _news(periksa, folder):
    (folder / "news.jsonl").write_text(json.dumps(NEWS) + "\n", encoding="utf-8")
    assert periksa("import", "news.jsonl").exit_code == 0


@pytest.mark.usefixtures("_news")
def test_where_no_check_answers_the_news_is_told_with_its_speaker_and_day(periksa):
    told = json.loads(periksa("ask", "--json", "menara Rangkas dirobohkan bulan depan").output)
    assert told["decision"] == "hand_over"
    assert [each["words"] for each in told["context"][0]["statements"]] == [LATER, FIRST]
    assert "rating" not in told["context"][0]["statements"][0]
    shown = " ".join(periksa("ask", "menara Rangkas dirobohkan bulan depan").output.replace("│", "").split())
    assert f"“{LATER},” kata Wening Laksita (kepala dinas), 3 Juli 2025, dikutip Kabar Uji." in shown
    assert f"{FIRST}, kata Wening Laksita (kepala dinas), 1 Juli 2025, dikutip Kabar Uji dari Antara." in shown
    assert "SALAH" not in shown


@pytest.mark.usefixtures("_news")
def test_a_timeline_is_a_line_for_each_statement_newest_first(periksa):
    shown = periksa("ask", "--timeline", "menara", "Rangkas").output
    assert [line.rstrip() for line in shown.splitlines()] == [
        "2025-07-03  Wening Laksita (kepala dinas)",
        f"            “{LATER}”",
        "            Kabar Uji",
        "            https://kabar.example/menara-rangkas",
        "2025-07-01  Wening Laksita (kepala dinas)",
        f"            {FIRST}.",
        "            Kabar Uji, from Antara",
        "            https://kabar.example/menara-rangkas",
        "",
    ]


@pytest.mark.usefixtures("_news")
def test_a_timeline_for_programs(periksa):
    told = json.loads(periksa("ask", "--timeline", "--json", "menara Rangkas").output)
    assert [each["speaker"] for each in told["speakers"]] == ["Wening Laksita"]
    newest = told["speakers"][0]["statements"][0]
    assert (newest["date"], newest["direct"], newest["force"]) == ("2025-07-03", True, "said")
    assert (newest["id"], newest["reported"], newest["url"]) == ("kabar-1", "2025-07-03", NEWS["url"])


@pytest.mark.parametrize("question", ["gempa di Kahayan", "halo", "👍"])
@pytest.mark.usefixtures("_news")
def test_a_timeline_of_what_nobody_spoke_of(periksa, question):
    result = periksa("ask", "--timeline", question)
    assert (result.stdout, result.exit_code) == ("", 0)
    assert result.stderr == "Nobody is quoted about this in the news of the library.\n"


def test_reasons_and_a_timeline_do_not_go_together(periksa):
    result = periksa("ask", "--timeline", "--why", "jembatan")
    assert result.exit_code == 2
    assert "either --why or --timeline" in result.stderr
