"""Invented English sentences: who is speaking, which words are theirs, and what nobody said."""

from __future__ import annotations

from datetime import date

import pytest

from periksa.statements import extract

PUBLISHED = date(2023, 2, 6)
Row = tuple[str, str, bool, str]
"""Speaker, words, direct, force."""


def said(text: str) -> list[Row]:
    return [(one.speaker, one.words, one.direct, one.force) for one in extract(text, "en", PUBLISHED)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '"The dam is safe and does not leak," Wanda Larkin said on Monday.',
            [("Wanda Larkin", "The dam is safe and does not leak", True, "said")],
        ),
        (
            '"The dam is safe and does not leak," said Wanda Larkin.',
            [("Wanda Larkin", "The dam is safe and does not leak", True, "said")],
        ),
        (
            'Wanda Larkin said: "The dam is safe and does not leak."',
            [("Wanda Larkin", "The dam is safe and does not leak.", True, "said")],
        ),
        ("Wanda Larkin said that the dam was safe.", [("Wanda Larkin", "the dam was safe", False, "said")]),
        ("The dam was safe, Wanda Larkin said.", [("Wanda Larkin", "The dam was safe", False, "said")]),
        ("According to Wanda Larkin, the dam was safe.", [("Wanda Larkin", "the dam was safe", False, "according to")]),
        (
            '"The dam is safe," she said.',
            [],
        ),
        (
            "Mayor Tom Burrow denied that the dam leaks.",
            [("Tom Burrow", "the dam leaks", False, "denied")],
        ),
        ("Mayor Tom Burrow warned that the dam may break.", [("Tom Burrow", "the dam may break", False, "warned")]),
        (
            "Mayor Tom Burrow promised to rebuild the dam.",
            [("Tom Burrow", "rebuild the dam", False, "promised")],
        ),
        ("Police said the road was closed.", [("Police", "the road was closed", False, "said")]),
        ("The health ministry said the water was clean.", [("health ministry", "the water was clean", False, "said")]),
        ("Mayor Tom Burrow did not say when the dam would open.", []),
        ("A report that claimed the dam was leaking was shared widely.", []),
        ('The film "Home to the Valley" opens on Friday.', []),
        ("According to data, prices rose.", []),
    ],
)
def test_words_and_their_speaker(text: str, expected: list[Row]) -> None:
    found = [(name, words, direct, force) for name, words, direct, force in said(text)]
    assert found == [(*row[:3], "said" if row[3] == "according to" else row[3]) for row in expected]


@pytest.mark.parametrize(
    ("text", "speaker", "role", "words", "medium"),
    [
        (
            '"There is no evidence for this," Dr. Sarah Quill, a virologist at Lomara University, told TVX on June 3.',
            "Sarah Quill",
            "virologist at Lomara University",
            "There is no evidence for this",
            "TVX",
        ),
        ("The WHO said on Tuesday the pump was safe.", "WHO", "", "the pump was safe", ""),
        ('A spokesperson told TVX: "The pump is safe to use."', "spokesperson", "", "The pump is safe to use.", "TVX"),
    ],
)
def test_newsroom_patterns(text: str, speaker: str, role: str, words: str, medium: str) -> None:
    (one,) = extract(text, "en", PUBLISHED)
    assert (one.speaker, one.role, one.words, one.medium) == (speaker, role, words, medium)


def test_he_and_the_last_name_are_the_same_man() -> None:
    text = (
        'Kremlin spokesman Anton Beresin told CNN on Monday that the pumps were new. "We had no choice," he said. '
        '"The water was rising too fast," Beresin added.'
    )
    found = extract(text, "en", PUBLISHED)
    assert [(one.speaker, one.role) for one in found] == [("Anton Beresin", "Kremlin spokesman")] * 3
    assert [one.date for one in found] == [date(2023, 2, 6)] * 3
    assert found[0].words == "the pumps were new"


@pytest.mark.parametrize(
    ("beside", "day", "medium", "via"),
    [
        ("on Feb. 3, 2023", date(2023, 2, 3), "", ()),
        ("on Friday", date(2023, 2, 3), "", ()),
        ("on Friday, 2/3/2023", date(2023, 2, 3), "", ()),
        ("on 1/25/2023", date(2023, 1, 25), "", ()),
        ("in an interview with Radio Valley", None, "an interview with Radio Valley", ()),
        ("to reporters", None, "to reporters", ()),
        ("as quoted by Reuters", None, "", ("Reuters",)),
    ],
)
def test_when_to_whom_and_who_passed_it_on(beside: str, day: date | None, medium: str, via: tuple[str, ...]) -> None:
    (one,) = extract(f'"The pump was replaced," said Wanda Larkin {beside}.', "en", PUBLISHED)
    assert (one.date, one.medium, one.via) == (day, medium, via)
