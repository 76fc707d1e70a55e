from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from periksa.errors import InputError
from periksa.measure import Figures, Measured, Question, ask, below, evaluate, message, questions
from periksa.model import Article, ArticleKind, Decision, DecisionKind, Match, MessageKind

ASKED = Question("q1", "air kelapa obat covid", frozenset({"right"}))
HELD = frozenset({"right"})


def matches(*ids: str) -> tuple[Match, ...]:
    return tuple(Match(Article(id, ArticleKind.FACT_CHECK, id), 1 - at / 10) for at, id in enumerate(ids))


def measured(*ids: str, kind: DecisionKind = DecisionKind.OFFER, shown: int = 1, asked: Question = ASKED) -> Measured:
    """A question whose matches were these, the first `shown` of them shown, in two milliseconds."""
    found = matches(*ids)
    return Measured(asked, Decision(kind, found, found[:shown]), 2.0)


def figures(*each: Measured) -> Figures:
    return evaluate(each, HELD)["question/normal"]


# ---------------------------------------------------------------- the formulas


def test_success_and_reciprocal_rank() -> None:
    reached = figures(
        measured("right"),
        measured("x", "right"),
        measured("x", "y", "z", "w", "right"),
        measured("x", "y", "z", "w", "v", "right"),
        measured("x"),
        measured(),
    ).summary()
    assert reached["n"] == 6
    assert reached["s1"] == pytest.approx(1 / 6)
    assert reached["s5"] == pytest.approx(3 / 6)
    assert reached["mrr5"] == pytest.approx((1 + 1 / 2 + 1 / 5) / 6)


def test_the_first_right_one_of_several_counts() -> None:
    several = replace(ASKED, relevant=frozenset({"right", "also right"}))
    assert measured("x", "also right", "right", asked=several).rank == 2


def test_precision_is_the_share_of_answers_that_were_right() -> None:
    reached = figures(
        measured("right", kind=DecisionKind.ANSWER),
        measured("right", kind=DecisionKind.ANSWER),
        measured("x", "right", kind=DecisionKind.ANSWER),
        measured("right", kind=DecisionKind.OFFER),
    )
    assert reached.precision == pytest.approx(2 / 3)


def test_without_answers_there_is_no_precision() -> None:
    assert figures(measured("right", kind=DecisionKind.HAND_OVER, shown=0)).precision is None


def test_shares_of_what_was_decided_and_shown() -> None:
    reached = figures(
        measured("right", kind=DecisionKind.ANSWER),
        measured("x", "right", kind=DecisionKind.OFFER, shown=2),
        measured("x", "y", "z", "right", kind=DecisionKind.OFFER, shown=3),
        measured("right", kind=DecisionKind.HAND_OVER, shown=0),
    ).summary()
    assert [reached[name] for name in ("answered", "offered", "handed_over")] == [0.25, 0.5, 0.25]
    assert reached["shown_right"] == 0.5


def test_quantiles_are_times_that_were_met() -> None:
    timed = figures(*(replace(measured("right"), ms=float(ms)) for ms in range(1, 101)))
    assert (timed.quantile(0.5), timed.quantile(0.99), timed.quantile(1.0)) == (51.0, 100.0, 100.0)


def test_groups_stand_in_order_of_appearance_and_absent_ones_apart() -> None:
    headline = replace(ASKED, kind="headline")
    elsewhere = replace(ASKED, relevant=frozenset({"not held"}))
    groups = evaluate([measured("right", asked=each) for each in (headline, elsewhere, ASKED, headline)], HELD)
    assert list(groups) == ["headline/normal", "absent question/normal", "question/normal"]
    assert [group.n for group in groups.values()] == [2, 1, 1]
    assert [group.absent for group in groups.values()] == [False, True, False]


# ---------------------------------------------------------------- floors


def test_floors_that_are_reached_are_not_mentioned() -> None:
    groups = {"question/normal": figures(measured("right", kind=DecisionKind.ANSWER))}
    assert below(groups, {"question/normal": {"s1": 1.0, "precision": 1.0, "handed_over": 0.0}}) == []
    assert below(groups, {}) == []


def test_a_floor_that_is_missed_is_named_with_both_figures() -> None:
    groups = {"question/normal": figures(measured("right"), measured("x"))}
    assert below(groups, {"question/normal": {"s1": 0.75, "s5": 0.5}}) == [
        "question/normal: s1 is 0.500, the floor is 0.750"
    ]


def test_what_was_not_measured_passes_no_floor() -> None:
    groups = {"question/normal": figures(measured("right", kind=DecisionKind.HAND_OVER, shown=0))}
    floors = {"keyword/normal": {"s1": 0.1}, "question/normal": {"precision": 0.9, "s3": 0.1}}
    assert below(groups, floors) == [
        "keyword/normal: not measured",
        "question/normal: there is no precision, the floor is 0.900",
        "question/normal: there is no s3, the floor is 0.100",
    ]


# ---------------------------------------------------------------- asking


def test_questions_are_asked_in_order_as_text_messages() -> None:
    seen = []

    def decide(sent: object) -> Decision:
        seen.append(sent)
        return Decision(DecisionKind.HAND_OVER)

    asked = [replace(ASKED, qid=str(number)) for number in (3, 1, 2)]
    assert [each.question for each in ask(decide, asked)] == asked
    assert seen == [message(each) for each in asked]
    assert {(each.kind, each.text) for each in seen} == {(MessageKind.TEXT, ASKED.text)}


def test_a_record_holds_the_first_ten_matches() -> None:
    record = measured(*(f"m{number}" for number in range(12)), kind=DecisionKind.ANSWER).record()
    assert (record["qid"], record["decision"], record["ms"]) == ("q1", "answer", 2.0)
    assert [each["id"] for each in record["matches"]] == [f"m{number}" for number in range(10)]
    assert record["matches"][1] == {"id": "m1", "score": 0.9}


# ---------------------------------------------------------------- question files


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "tanya.jsonl"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_question_file_is_read_in_order(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '{"qid": "q2", "text": "air kelapa", "relevant": ["a", 7], "kind": "keyword", "type": "near", "split": "dev"}\n'
        '\n{"qid": 1, "text": "gempa", "relevant": null, "lang": "id"}\n',
    )
    assert list(questions(path)) == [
        Question("q2", "air kelapa", frozenset({"a", "7"}), "keyword", "near", "dev"),
        Question("1", "gempa"),
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("not json", "not a JSON object"),
        ('["qid", "text"]', "not a JSON object in braces"),
        ('{"text": "air"}', "the field qid is missing"),
        ('{"qid": null, "text": "air"}', "the field qid is missing"),
        ('{"qid": "q"}', "the field text is missing"),
        ('{"qid": "q", "text": 5}', "the field text is missing or not a string"),
        ('{"qid": "q", "text": "air", "relevant": "a"}', "relevant must be a list"),
        ('{"qid": "q", "text": "air", "relevant": {"a": 1}}', "relevant must be a list"),
        ("[" * 100_000, "not a JSON object"),
    ],
)
def test_a_bad_line_is_named_with_its_field(tmp_path: Path, line: str, sentence: str) -> None:
    path = written(tmp_path, f'{{"qid": "q", "text": "air"}}\n\n{line}\n')
    with pytest.raises(InputError, match=rf"^tanya\.jsonl:3: {sentence}"):
        list(questions(path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"tidak-ada\.jsonl cannot be read: No such file"):
        list(questions(tmp_path / "tidak-ada.jsonl"))
