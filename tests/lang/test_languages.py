"""What every language file must hold. A new file is found by the same walk that loads it."""

from __future__ import annotations

from string import Formatter

import pytest

from periksa.lang import DEFAULT, LANGUAGES, Language, analysis, language


@pytest.fixture(params=LANGUAGES.values(), ids=list(LANGUAGES))
def lang(request: pytest.FixtureRequest) -> Language:
    return request.param


def test_the_default_comes_first() -> None:
    assert next(iter(LANGUAGES)) == DEFAULT


def test_a_code_with_a_region_is_that_language_and_an_unknown_one_the_default() -> None:
    assert language("EN-gb").code == "en"
    assert language("ms").code == language("").code == DEFAULT


def test_word_lists_hold_words_as_they_arrive_from_a_message(lang: Language) -> None:
    listed = (*lang.stop, *lang.slang, *lang.chatter, *lang.greeting, *lang.asking, *lang.zeros)
    assert [word for word in listed if analysis.tokens(word) != [word]] == []


def test_slang_is_spelled_out_in_one_step(lang: Language) -> None:
    again = {typed: meant for typed, meant in lang.slang.items() if not lang.slang.keys().isdisjoint(meant.split())}
    assert again == {}


def test_stop_words_are_not_slang_and_do_not_negate(lang: Language) -> None:
    assert lang.stop.isdisjoint(lang.slang)
    assert [word for word in lang.negation if not analysis.negated(analysis.words(word, lang.code))] == []


def test_a_word_greets_asks_or_is_polite(lang: Language) -> None:
    assert lang.greeting & lang.chatter == lang.greeting & lang.asking == lang.chatter & lang.asking == set()


def test_every_language_says_the_same_things(lang: Language) -> None:
    assert lang.say.keys() == LANGUAGES[DEFAULT].say.keys()


def test_every_sentence_has_the_same_blanks(lang: Language) -> None:
    assert {key: blanks(said) for key, said in lang.say.items()} == {
        key: blanks(said) for key, said in LANGUAGES[DEFAULT].say.items()
    }


def blanks(said: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(said) if name is not None}


def test_a_year_has_twelve_months(lang: Language) -> None:
    assert len(set(lang.months)) == 12
