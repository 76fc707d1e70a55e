from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from periksa.answers.decide import BESIDE, OFFERED, Policy, decide, unfit, with_news
from periksa.model import Decision, DecisionKind, Found, QueryKind

from .conftest import ANYTHING_GOES, ask, check, found, report

NOTHING_FITS = Decision(DecisionKind.HAND_OVER, why="nothing fits")


def decided(
    question: str, *articles: object, kind: QueryKind = QueryKind.KEYWORD, policy: Policy = ANYTHING_GOES
) -> Decision:
    query = ask(question, kind)
    return decide(query, found(query, *articles), policy)  # type: ignore[arg-type]


# ---------------------------------------------------------------- what can have no answer


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        ("", QueryKind.EMPTY, "empty"),
        ("vaksin", QueryKind.GREETING, "greeting"),
        ("vaksin", QueryKind.CHATTER, "chatter"),
        ("", QueryKind.KEYWORD, "too short"),
        ("08123456789", QueryKind.KEYWORD, "too short"),
        ("0812-3456-789", QueryKind.KEYWORD, "too short"),
        ("a", QueryKind.KEYWORD, "too short"),
        ("2024", QueryKind.KEYWORD, "too short"),
        ("ab 12 x", QueryKind.KEYWORD, "too short"),
    ],
)
def test_what_asks_nothing_is_handed_over_whatever_was_found(text: str, kind: QueryKind, why: str) -> None:
    decision = decided(text, check("vaksin 08123456789 2024 ab a"), kind=kind)
    assert (decision.kind, decision.why, decision.shown, decision.matches) == (DecisionKind.HAND_OVER, why, (), ())
    assert unfit(ask(text, kind)) == why


def test_one_real_word_is_enough_to_be_looked_up() -> None:
    assert unfit(ask("vaksin")) == ""


# ---------------------------------------------------------------- how sure is sure enough


def test_thresholds_decide_between_answer_offer_and_silence() -> None:
    article = check("air kelapa obat covid")
    score = decided("air kelapa obat covid", article).matches[0].score
    below, above = score - 1e-9, score + 1e-9
    assert decided("air kelapa obat covid", article, policy=Policy(below, 0.0)).why == "sure"
    assert decided("air kelapa obat covid", article, policy=Policy(score, 0.0)).kind is DecisionKind.ANSWER
    assert decided("air kelapa obat covid", article, policy=Policy(above, below)).why == "not sure"
    assert decided("air kelapa obat covid", article, policy=Policy(1.0, score)).kind is DecisionKind.OFFER
    assert decided("air kelapa obat covid", article, policy=Policy(1.0, above)).why == "nothing fits"


def test_nothing_found_is_handed_over() -> None:
    decision = decide(ask("air kelapa"), Found(), ANYTHING_GOES)
    assert (decision.kind, decision.why, decision.shown) == (DecisionKind.HAND_OVER, "nothing fits", ())


def test_an_answer_shows_the_first_match_alone() -> None:
    decision = decided(
        "air kelapa obat", *(check(f"air kelapa obat {word}", id=word) for word in ("flu", "batuk", "demam"))
    )
    assert decision.kind is DecisionKind.ANSWER
    assert decision.shown == decision.matches[:1]


def test_an_offer_shows_three_at_most_and_only_what_is_likely_enough() -> None:
    articles = [check(f"air kelapa obat {word}", id=word) for word in ("flu", "batuk", "demam", "asma", "maag")]
    decision = decided("air kelapa obat", *articles, policy=Policy(answer=1.0, offer=0.0))
    assert decision.shown == decision.matches[:OFFERED]
    likely = decision.matches[0].score
    fewer = decided("air kelapa obat", *articles, policy=Policy(answer=1.0, offer=likely))
    assert {match.article.id for match in fewer.shown} <= {match.article.id for match in decision.shown}
    assert all(match.score >= likely * BESIDE for match in fewer.shown)


# ---------------------------------------------------------------- what no score may override


@pytest.mark.parametrize(
    ("question", "claim", "why"),
    [
        ("cpns 2026 dibuka", "Pendaftaran CPNS 2025 dibuka", "another year"),
        ("pemilu 2024 curang", "Pemilu 2029 curang", "another year"),
        ("uang baru Rp500.000", "Uang baru Rp250.000", "another number"),
        ("uang baru 500 ribu 2025", "Uang baru Rp250.000 tahun 2025", "another number"),
        ("20 kontainer surat suara", "7 kontainer surat suara dicoblos", "another number"),
        ("Shell tidak akan tutup", "Shell akan tutup", "negation"),
        ("Shell gak jadi tutup", "Shell akan tutup", "negation"),
        ("Shell tak tutup", "Shell akan tutup", "negation"),
        ("vaksin belum dipasangi chip", "Vaksin dipasangi chip", "negation"),
        ("gempa tanpa tsunami", "Gempa tsunami", "negation"),
        ("pajak gaji dihapus", "Pajak gaji tidak dihapus", "negation"),
    ],
)
@pytest.mark.parametrize("kind", [QueryKind.KEYWORD, QueryKind.SENTENCE])
def test_a_contradiction_is_never_answered(question: str, claim: str, why: str, kind: QueryKind) -> None:
    decision = decided(question, check(claim, date=None), kind=kind)
    assert (decision.kind, decision.why) == (DecisionKind.OFFER, why)


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("cpns 2025 dibuka", "Pendaftaran CPNS 2025 dibuka"),
        ("cpns dibuka", "Pendaftaran CPNS 2025 dibuka"),
        ("cpns 2025 dibuka 3 agustus", "Pendaftaran CPNS 2025 dibuka"),
        ("uang baru 250 ribu", "Uang baru Rp250.000"),
        ("Shell tidak akan tutup", "Shell tidak tutup"),
        ("vaksin jangan diminum", "Vaksin bukan untuk diminum"),
    ],
)
def test_what_agrees_is_answered(question: str, claim: str) -> None:
    assert decided(question, check(claim)).kind is DecisionKind.ANSWER


def test_the_year_may_stand_in_the_title_alone() -> None:
    article = check("Pendaftaran sudah dibuka", title="Kabar pembukaan CPNS 2025")
    assert decided("pendaftaran cpns 2024 dibuka", article).why == "another year"
    assert decided("pendaftaran cpns 2025 dibuka", article).why == "sure"


@pytest.mark.parametrize(
    ("year", "why"), [("2025", "sure"), ("2024", "sure"), ("2026", "another year"), ("2019", "another year")]
)
def test_a_check_is_about_its_own_year_or_the_one_before(year: str, why: str) -> None:
    article = check("Pertamina membuka lowongan kerja", date=date(2025, 12, 31))
    assert decided(f"lowongan kerja pertamina {year}", article).why == why


def test_a_forward_is_held_against_the_years_of_the_claim_only() -> None:
    forward = (
        "Sebarkan! Tidak hanya Shell, 15 perusahaan tutup. Shell akan tutup 2026, bukan 2027. Jangan percaya yang lain."
    )
    assert decided(forward, check("7 SPBU Shell akan tutup"), kind=QueryKind.FORWARD).kind is DecisionKind.ANSWER
    assert decided(forward, check("Shell akan tutup 2019"), kind=QueryKind.FORWARD).why == "another year"


def test_only_the_first_match_is_held_against_the_question() -> None:
    decision = decided("cpns 2025 dibuka", check("cpns 2025 dibuka", id="a"), check("cpns 2019 dibuka tidak", id="b"))
    assert (decision.kind, decision.shown[0].article.id) == (DecisionKind.ANSWER, "a")


# ---------------------------------------------------------------- what was reported


def reported(question: str, *news: object) -> Decision:
    query = ask(question)
    return with_news(NOTHING_FITS, query, found(query, *news))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [QueryKind.EMPTY, QueryKind.GREETING, QueryKind.CHATTER])
def test_politeness_gets_no_news(kind: QueryKind) -> None:
    query = ask("tidak", kind)
    decision = Decision(DecisionKind.HAND_OVER, why=str(kind))
    assert with_news(decision, query, found(query, report("ijazah tidak dirahasiakan"))) == decision


def test_news_changes_neither_decision_nor_matches() -> None:
    with_context = reported("iuran bpjs naik", report("iuran bpjs naik"))
    assert with_context.context
    assert replace(with_context, context=()) == NOTHING_FITS


@pytest.mark.parametrize("kind", [QueryKind.KEYWORD, QueryKind.SENTENCE, QueryKind.FORWARD])
@pytest.mark.parametrize(
    ("given", "kind_of_decision"),
    [
        ({}, DecisionKind.OFFER),
        ({"rating": "SALAH"}, DecisionKind.ANSWER),
        ({"outlet": "Cek Harian"}, DecisionKind.ANSWER),
        ({"url": "https://cek.example/1"}, DecisionKind.ANSWER),
    ],
)
def test_nobodys_check_without_a_conclusion_is_offered(
    given: dict[str, str], kind_of_decision: DecisionKind, kind: QueryKind
) -> None:
    claim = "Jembatan Randu ambruk diterjang banjir bandang"
    decision = decided(claim, check(claim, **{"rating": "", "outlet": "", **given}), kind=kind)
    assert decision.kind is kind_of_decision
    assert decision.why == ("no source" if not given else "sure")


def test_what_shares_no_word_with_the_question_is_not_offered_in_a_small_library() -> None:
    asked = "tukang cukur Sukamelang dapat piala berbintang tujuh"
    coconut = check("air kelapa menetralkan bisa ular")
    (best,) = decided(asked, coconut).matches
    assert decided(asked, coconut, policy=Policy(offer=best.score / 2)).kind is DecisionKind.HAND_OVER
    assert decided("air obat", coconut, policy=Policy(offer=best.score / 2)).kind is DecisionKind.OFFER
