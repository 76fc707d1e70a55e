from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from periksa.errors import InputError
from periksa.measure import (
    Figures,
    Measured,
    Question,
    Share,
    also_right,
    ask,
    below,
    evaluate,
    every_second,
    message,
    questions,
    streams,
)
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
    assert reached.precision.value == pytest.approx(2 / 3)


def test_without_answers_there_is_no_precision() -> None:
    assert figures(measured("right", kind=DecisionKind.HAND_OVER, shown=0)).precision.value is None


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


# ---------------------------------------------------------------- intervals


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(50, 100, 0.4038, 0.5962), (98, 100, 0.9300, 0.9945), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)],
)
def test_an_interval_is_wilsons(part: int, whole: int, low: float, high: float) -> None:
    assert Share(part, whole).interval() == pytest.approx((low, high), abs=5e-5)


def test_a_margin_reaches_to_the_farther_side() -> None:
    assert Share(98, 100).margin == pytest.approx(0.98 - 0.9300, abs=5e-5)
    assert Share(2, 100).margin == pytest.approx(0.0700 - 0.02, abs=5e-5)


def test_of_nothing_there_is_no_share_and_it_may_be_anywhere() -> None:
    assert Share(0, 0).value is None
    assert Share(0, 0).interval() == (0.0, 1.0)


# ---------------------------------------------------------------- checks that are right too


def test_a_check_that_is_right_too_counts_in_rank_and_answer() -> None:
    known = replace(ASKED, also=frozenset({"twin"}))
    reached = figures(measured("twin", "right", kind=DecisionKind.ANSWER, asked=known))
    assert (reached.first, reached.right_answers, reached.right_shown) == (1, 1, 1)
    assert figures(measured("twin", "right", kind=DecisionKind.ANSWER)).right_answers == 0


def test_what_is_right_too_is_read_by_question(tmp_path: Path) -> None:
    path = written(tmp_path, '{"qid": "q1", "id": "a"}\n{"qid": "q1", "id": 7}\n{"qid": "elsewhere", "id": "b"}\n')
    asked = also_right([ASKED, replace(ASKED, qid="q2")], path)
    assert [each.also for each in asked] == [frozenset({"a", "7"}), frozenset()]
    assert asked[0].right == {"right", "a", "7"}


@pytest.mark.parametrize("line", ['{"qid": "q1"}', '{"id": "a"}', '{"qid": ["q1"], "id": "a"}'])
def test_a_bad_line_of_what_is_right_too_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(InputError, match=r"^tanya\.jsonl:1: the field (qid|id) is missing or not a string"):
        also_right([ASKED], written(tmp_path, line))


# ---------------------------------------------------------------- half of the answers taken away


def test_about_every_second_question_loses_its_answers() -> None:
    asked = [replace(ASKED, qid=str(at), relevant=frozenset({f"cek-{at}"})) for at in range(1000)]
    assert 450 < len(every_second(asked)) < 550


def test_which_answers_go_depends_on_their_ids_alone() -> None:
    asked = [replace(ASKED, qid=str(at), relevant=frozenset({f"cek-{at}"})) for at in range(40)]
    gone = every_second(asked)
    assert every_second(list(reversed(asked))) == gone
    assert every_second(asked[:20]) == gone & {f"cek-{at}" for at in range(20)}


def test_answers_that_questions_share_go_or_stay_together() -> None:
    chains = [[f"{at}-a", f"{at}-b", f"{at}-c"] for at in range(40)]
    asked = [replace(ASKED, relevant=frozenset(pair)) for a, b, c in chains for pair in ((b, c), (a, b))]
    gone = every_second(asked)
    assert {len(gone & set(chain)) for chain in chains} == {0, 3}


def test_a_stream_is_rated_as_a_whole() -> None:
    lost, twin = replace(ASKED, relevant=frozenset({"gone"})), replace(ASKED, relevant=frozenset({"gone"}))
    twin = replace(twin, also=frozenset({"right"}))
    whole = streams(
        [
            measured("right", kind=DecisionKind.ANSWER),
            measured("right", kind=DecisionKind.ANSWER, asked=twin),
            measured("x", "right", kind=DecisionKind.OFFER, shown=2),
            measured("x", "right", kind=DecisionKind.ANSWER),
            measured("right", kind=DecisionKind.ANSWER, asked=lost),
            measured("right", kind=DecisionKind.OFFER, asked=lost),
            measured(kind=DecisionKind.HAND_OVER, shown=0, asked=lost),
        ],
        HELD,
    )["all/normal"]
    assert whole.shares() == {
        "precision": Share(2, 4),
        "answered_right": Share(2, 4),
        "shown_right": Share(3, 4),
        "silent": Share(2, 3),
    }
    assert whole.wrongly == Share(1, 3)


def test_all_of_a_stream_are_those_of_type_normal() -> None:
    other = replace(ASKED, type="too_short")
    rated = streams([measured("right"), measured("right", asked=other)], HELD)
    assert [(name, each.answerable) for name, each in rated.items()] == [
        ("question/normal", 1),
        ("question/too_short", 1),
        ("all/normal", 1),
    ]
    assert below(rated, {"all/normal": {"shown_right": 1.0, "silent": 0.99}}) == [
        "all/normal: there is no silent, the floor is 0.990"
    ]


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
