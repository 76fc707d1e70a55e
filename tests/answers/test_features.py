from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from periksa.answers.features import FEATURES, RISING, STAGES, Asked, Pair, values
from periksa.answers.rank import weights
from periksa.model import Candidate, Found

from .conftest import ask, candidate, check, found

STANDING = {"points", "lead", "lead_over_other_claims", "length"}
"""What `rank.py` adds to the features."""
WITHIN = {
    "nothing_rare_missing": (-1.0, 0.0),
    "no_other_number": (-1.0, 0.0),
    "short_head": (-float("inf"), 0.0),
}
"""Where a feature may lie; all others lie between 0 and 1."""
VOCABULARY = [
    "vaksin",
    "haram",
    "air",
    "kelapa",
    "covid",
    "gempa",
    "2024",
    "2029",
    "19",
    "tidak",
    "500",
    "ribu",
    "bank",
]
TEXT = st.lists(st.sampled_from(VOCABULARY), max_size=14).map(" ".join)


def value(name: str, question: str, claim: str, *others: str, **scores: float) -> float:
    """One feature of the claim beside the question, with other claims in the library."""
    query = ask(question)
    first = candidate(check(claim), query, **scores)
    rest = [candidate(check(other, id=other), query) for other in others]
    words = set(query.words).union(first.words, *(each.words for each in rest))
    asked = Asked(query, Found((first, *rest), dict.fromkeys(words, 4.0), 100))
    return FEATURES["close"][name](Pair(asked, first, 0))


def test_every_feature_has_weights_and_every_weight_a_feature() -> None:
    for stage, features in FEATURES.items():
        file = resources.files("periksa.answers").joinpath("weights", f"{stage}.toml")
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        standing = STANDING | ({"read_lead"} if stage == "close" else set())
        for table, expected in (("points", features.keys()), ("sure", features.keys() | standing)):
            assert data[table]["general"].keys() == data[table]["short"].keys() == expected


@pytest.mark.parametrize("stage", STAGES)
def test_what_can_only_speak_for_a_candidate_never_speaks_against_it(stage: str) -> None:
    for learned in weights(stage):
        general = {name: weight for name, weight in learned.general.items() if name in RISING}
        for short in (0.0, 0.5, 1.0):
            assert min(learned.shares(dict.fromkeys(general, 1.0), short).values()) >= -1e-3


def test_every_feature_says_what_it_means() -> None:
    assert [name for name, function in FEATURES["close"].items() if not function.__doc__] == []


@given(TEXT, st.lists(TEXT, min_size=1, max_size=4), st.integers(0, 5))
def test_values_stay_within_their_bounds(question: str, claims: list[str], total: int) -> None:
    query = ask(question)
    answer = found(query, *(check(claim, id=str(at)) for at, claim in enumerate(claims)), total=total)
    rarity = dict.fromkeys(answer.rarity, 0.6)
    covered = [sum(rarity[word] for word in set(query.words) & set(each.words)) for each in answer.candidates]
    candidates = tuple(
        Candidate(each.article, each.words, {**each.scores, "covered": sum_})
        for each, sum_ in zip(answer.candidates, covered, strict=True)
    )
    asked = Asked(query, Found(candidates, rarity, total))
    for at, each in enumerate(candidates):
        for name, got in values(Pair(asked, each, at), "words").items():
            low, high = WITHIN.get(name, (0.0, 1.0))
            assert low <= got <= high + 1e-9, name


@pytest.mark.parametrize("name", ["head", "everywhere", "letters"])
def test_scores_stand_beside_the_best_candidate(name: str) -> None:
    score = {"head": "head", "everywhere": "all", "letters": "grams"}[name]
    none, little, more, most = (
        value(name, "air kelapa", "air kelapa", "air kelapa obat", **{score: met}) for met in (0.0, 0.1, 0.2, 90.0)
    )
    assert 0.0 == none < little < more < most == 1.0


@pytest.mark.parametrize("name", ["head_first", "everywhere_first", "letters_first"])
def test_the_first_of_a_list_counts_one_the_second_half(name: str) -> None:
    score = {"head_first": "head", "everywhere_first": "all", "letters_first": "grams"}[name]
    assert value(name, "air kelapa", "air kelapa", "air", **{score: 9.0}) == 1.0
    assert value(name, "air kelapa", "air kelapa", "air kelapa obat", **{score: 0.0}) == 0.5


def test_coverage_of_the_claim_falls_with_what_was_not_asked() -> None:
    name = "claim_covered"
    assert value(name, "air kelapa", "air kelapa") == 1.0
    assert (
        value(name, "air kelapa", "air kelapa")
        > value(name, "air", "air kelapa")
        > value(name, "gempa", "air kelapa")
        == 0.0
    )


def test_coverage_of_the_question_falls_with_what_the_claim_lacks() -> None:
    name = "question_covered"
    assert value(name, "air kelapa", "air kelapa obat") == 1.0
    assert value(name, "air gempa", "air kelapa") == 0.5
    assert value(name, "gempa palu", "air kelapa") == 0.0


def test_coverage_anywhere_counts_the_body() -> None:
    assert value("question_covered_anywhere", "air gempa", "air kelapa", covered=8.0) == 1.0


def test_neighbours_asked_as_neighbours_count() -> None:
    assert value("same_order", "air kelapa obat", "air kelapa obat") == 1.0
    assert value("same_order", "obat kelapa air", "air kelapa obat") == 0.0
    assert value("same_order", "air", "air") == 0.0


def test_a_telling_word_that_was_not_asked_counts_against() -> None:
    assert value("nothing_rare_missing", "air kelapa", "air kelapa") == 0.0
    assert value("nothing_rare_missing", "air", "air kelapa") < 0.0


def test_numbers() -> None:
    assert value("numbers_met", "pemilu 2024", "pemilu 2024") == 1.0
    assert value("numbers_met", "pemilu 2029", "pemilu 2024") == 0.0
    assert value("numbers_met", "pemilu", "pemilu") == 0.5
    assert value("no_other_number", "pemilu 2029", "pemilu 2024") == -1.0
    assert value("no_other_number", "pemilu 2024", "pemilu 2024") == 0.0
    assert value("no_other_number", "pemilu 2024", "pemilu") == 0.0


def test_evidence_rises_with_the_words_met_but_never_to_one() -> None:
    little, much = (value("evidence", "air kelapa", "air kelapa", head=score) for score in (1.0, 50.0))
    assert 0 < little < much < 1


def test_a_long_head_counts_against() -> None:
    assert value("short_head", "air", "air kelapa obat") < value("short_head", "air", "air") < 0


def test_fitting_both_ways_wants_both() -> None:
    assert value("fits_both_ways", "air kelapa", "air kelapa") == 1.0
    assert value("fits_both_ways", "air kelapa gempa palu", "air kelapa") == 0.5


def test_dated_means_the_publisher_gave_a_date() -> None:
    query = ask("air kelapa")
    for article, expected in ((check("air kelapa"), 1.0), (replace(check("air kelapa"), date=None), 0.0)):
        assert (
            FEATURES["words"]["dated"](Pair(Asked(query, found(query, article)), candidate(article, query), 0))
            == expected
        )


def test_a_mended_word_is_met_where_what_was_searched_instead_is_met() -> None:
    query = ask("fakcin haram")
    first = candidate(check("vaksin haram"), query)
    rarity = {"fakcin": 9.0, "vaksin": 4.0, "imun": 3.0, "haram": 4.0}
    plain, mended = (
        Pair(Asked(query, Found((first,), rarity, 100, said)), first, 0)
        for said in ({}, {"fakcin": ("vaksin", "imun")})
    )
    assert FEATURES["words"]["question_covered"](plain) == pytest.approx(4 / 13)
    assert FEATURES["words"]["question_covered"](mended) == 1.0
    assert FEATURES["words"]["claim_covered"](mended) == 1.0
