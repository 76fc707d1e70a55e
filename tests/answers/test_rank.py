from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from periksa.answers import rank as ranking
from periksa.answers.features import FEATURES
from periksa.answers.rank import KEPT, brevity, rank, twins
from periksa.model import Found, Meaning, Query

from .conftest import ask, candidate, check, found, logit

CLAIMS = ["air kelapa obat covid", "air laut naik", "kelapa sawit dilarang", "gempa besar di palu", "obat covid gratis"]


def library(question: str, *claims: str) -> Found:
    return found(ask(question), *(check(claim, id=claim) for claim in claims))


def test_the_check_of_the_claim_comes_first() -> None:
    matches = rank(ask("air kelapa obat covid"), library("air kelapa obat covid", *CLAIMS))
    assert matches[0].article.id == "air kelapa obat covid"
    assert matches[0].score == max(match.score for match in matches)


def test_probabilities_are_probabilities() -> None:
    for question in (*CLAIMS, "kucing", "2024 2024 2024", "air " * 200):
        assert all(0 < match.score < 1 for match in rank(ask(question), library(question, *CLAIMS)))


def test_nothing_found_is_nothing_matched() -> None:
    assert rank(ask("air kelapa"), Found()) == ()


def test_the_best_ten_are_kept() -> None:
    claims = [f"air kelapa nomor {number}" for number in range(KEPT + 5)]
    assert len(rank(ask("air kelapa"), library("air kelapa", *claims))) == KEPT


def test_the_order_does_not_depend_on_how_candidates_come() -> None:
    query = ask("obat covid kelapa")
    one, other = (found(query, *(check(claim, id=claim) for claim in order)) for order in (CLAIMS, CLAIMS[::-1]))
    assert rank(query, one)[0] == rank(query, other)[0]


def test_reasons_are_named_told_by_weight_and_add_up_to_the_score() -> None:
    _, sure = ranking.weights("words")
    for match in rank(ask("air kelapa obat"), library("air kelapa obat", *CLAIMS)):
        names = [reason.name for reason in match.reasons]
        assert set(names) == FEATURES["words"].keys() | {"points", "lead", "lead_over_other_claims", "length"}
        shares = [abs(reason.share) for reason in match.reasons]
        assert shares == sorted(shares, reverse=True)
        assert logit(match.score) == pytest.approx(sure.bias + sum(reason.share for reason in match.reasons))


@pytest.mark.parametrize(("words", "expected"), [(1, 1.0), (4, 1.0), (9, 0.5), (14, 0.0), (200, 0.0)])
def test_a_question_is_short_by_degrees(words: int, expected: float) -> None:
    assert brevity(ask(" ".join(f"kata{at}x" for at in range(words)))) == pytest.approx(expected)


def meant(text: str, stage: str = "meaning") -> Query:
    """A question whose meaning this stage weighs."""
    return replace(ask(text), meaning=Meaning("an encoder", np.ones(1, np.float32), stage))


def closely(found_: Found, *odds: float) -> Found:
    """The same, with meanings, and with the close reader's odds for the first candidates."""
    scores = [
        {"meaning": 0.5} | ({"close": odds[at]} if at < len(odds) else {}) for at in range(len(found_.candidates))
    ]
    read = (replace(each, scores={**each.scores, **own}) for each, own in zip(found_.candidates, scores, strict=True))
    return replace(found_, candidates=tuple(read))


@pytest.mark.parametrize("claims", [CLAIMS[:1], CLAIMS])
def test_what_was_read_closely_stands_before_what_was_not(claims: list[str]) -> None:
    read = closely(found(ask("kelapa obat"), *(check(claim, id=claim) for claim in claims)), 3.0, -3.0)
    matches = rank(meant("kelapa obat"), read)
    assert len(matches) == len(claims)
    noted = [any(reason.name == "read_closely" for reason in match.reasons) for match in matches]
    assert noted == sorted(noted, reverse=True)
    assert sum(noted) == min(2, len(claims))


def test_a_close_look_counts_nothing_where_nothing_has_a_meaning() -> None:
    plain = library("kelapa obat", *CLAIMS)
    read = tuple(replace(each, scores={**each.scores, "close": 3.0}) for each in plain.candidates)
    assert rank(ask("kelapa obat"), replace(plain, candidates=read)) == rank(ask("kelapa obat"), plain)


def test_the_close_reader_moves_the_probability() -> None:
    claim = check("air kelapa obat covid")
    sure, unsure = (
        rank(meant("kelapa obat"), closely(found(ask("kelapa obat"), claim), odds))[0] for odds in (6.0, -6.0)
    )
    assert sure.score > unsure.score


def test_a_small_table_s_cosines_weigh_otherwise_than_a_network_s() -> None:
    read = closely(found(ask("kelapa obat"), check("air kelapa obat covid")))
    small, network = (rank(meant("kelapa obat", stage), read)[0].score for stage in ("gist", "meaning"))
    assert small != network


def test_a_close_look_needs_a_network_s_meaning() -> None:
    read = closely(found(ask("kelapa obat"), check("air kelapa obat covid")), 6.0)
    names = {reason.name for reason in rank(meant("kelapa obat", "gist"), read)[0].reasons}
    assert "meaning" in names
    assert "read_closely" not in names


def test_two_checks_of_one_claim_are_twins_and_two_claims_are_not() -> None:
    query = ask("air kelapa")
    one, twin, other = (
        candidate(check(claim), query)
        for claim in ("air kelapa obat covid", "air kelapa muda obat covid", "air laut naik di palu")
    )
    assert twins(one, twin)
    assert not twins(one, other)


def test_a_twin_takes_the_lead_but_not_the_lead_over_other_claims() -> None:
    asked = "air kelapa obat covid"
    alone = rank(ask(asked), library(asked, asked, "gempa besar di palu"))[0]
    beside_twin = rank(ask(asked), library(asked, asked, f"{asked} palsu", "gempa besar di palu"))[0]
    lead, rivals = (
        [{reason.name: reason.value for reason in match.reasons}[name] for match in (alone, beside_twin)]
        for name in ("lead", "lead_over_other_claims")
    )
    assert lead[0] > lead[1]
    assert rivals[1] > lead[1]
