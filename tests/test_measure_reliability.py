from __future__ import annotations

from xml.etree import ElementTree

import pytest

from periksa.measure import Measured, Question, Share, calibration_error, diagram, tenths
from periksa.model import Article, ArticleKind, Decision, DecisionKind, Match

SVG = "{http://www.w3.org/2000/svg}"


def asked(score: float, right: bool) -> Measured:
    """A question whose best match was so probable; the second is always right."""
    known = Question("q", "teks", frozenset({"best" if right else "second"}))
    matches = tuple(Match(Article(id, ArticleKind.FACT_CHECK, id), score) for id in ("best", "second"))
    return Measured(known, Decision(DecisionKind.OFFER, matches, matches), 1.0)


def test_every_question_stands_in_the_tenth_of_its_best_match() -> None:
    found = tenths([asked(score, True) for score in (0.0, 0.05, 0.1, 0.55, 0.999, 1.0)])
    assert [each.right.whole for each in found] == [2, 1, 0, 0, 0, 1, 0, 0, 0, 2]
    assert [each.low for each in found] == pytest.approx([at / 10 for at in range(10)])


def test_only_the_best_match_counts() -> None:
    found = tenths([asked(0.82, True), asked(0.88, False), asked(0.84, True)])
    assert found[8].right == Share(2, 3)
    assert found[8].said == pytest.approx((0.82 + 0.88 + 0.84) / 3)


def test_a_question_without_matches_stands_nowhere() -> None:
    chatter = Measured(Question("q", "ok"), Decision(DecisionKind.HAND_OVER), 1.0)
    assert sum(each.right.whole for each in tenths([chatter])) == 0


def test_the_error_is_weighed_by_number() -> None:
    found = tenths([asked(0.9, True)] * 8 + [asked(0.9, False)] + [asked(0.25, True)])
    assert calibration_error(found) == pytest.approx(0.9 * abs(8 / 9 - 0.9) + 0.1 * 0.75)


def test_of_nothing_there_is_no_error() -> None:
    assert calibration_error(tenths([])) == 0.0


def test_the_picture_says_everything_in_words() -> None:
    drawn = diagram(tenths([asked(0.95, True), asked(0.93, False), asked(0.31, False)]), "Peluang & kenyataan")
    picture = ElementTree.fromstring(drawn)  # well-formed, though the title holds an ampersand
    assert picture.get("role") == "img"
    named = {each.get("id"): each.text for each in picture if each.get("id")}
    assert named["title"] == "Peluang & kenyataan"
    assert set((picture.get("aria-labelledby") or "").split()) == set(named)
    assert "90–100 % probable: 2 questions, said 94.0%, right 50.0%" in (named["table"] or "")
    assert "30–40 % probable: 1 questions, said 31.0%, right 0.0%" in (named["table"] or "")
    assert "0–10 % probable: no question" in (named["table"] or "")


def test_a_bar_is_as_high_as_the_share_of_right_ones() -> None:
    whole, half = (
        ElementTree.fromstring(diagram(tenths(measured), "x")).findall(f"{SVG}rect[@rx='2'][@class='bar']")
        for measured in ([asked(0.95, True)] * 4, [asked(0.95, True), asked(0.95, False)])
    )
    assert float(half[0].get("height", "")) == pytest.approx(float(whole[0].get("height", "")) / 2)
    assert len(half) == 2  # one bar, one mark of the legend


def test_the_picture_stands_on_its_own_on_light_and_dark_screens() -> None:
    drawn = diagram(tenths([asked(0.5, True)]), "x")
    assert "prefers-color-scheme: dark" in drawn
    assert "href" not in drawn
    assert "<script" not in drawn
