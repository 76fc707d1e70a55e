"""Both languages say the same things, and say all of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import periksa.web.desk
from periksa.web.desk.screen import browser, fold, tame
from periksa.web.desk.texts import choose, load

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
ID, EN = load()
FOLDER = Path(periksa.web.desk.__file__).parent


def test_both_languages_have_the_same_words_and_the_same_blanks() -> None:
    same = {key for key in ID.words.keys() | EN.words.keys() if not key.endswith("_one")}
    assert same <= ID.words.keys() & EN.words.keys()
    for key in same:
        assert set(re.findall(r"{(\w+)", ID.words[key])) == set(re.findall(r"{(\w+)", EN.words[key])), key


def test_every_word_of_a_template_is_there_and_none_is_spare() -> None:
    source = "".join(path.read_text() for path in [*FOLDER.glob("templates/*.html"), *FOLDER.glob("*.py")])
    named = set(re.findall(r"words\.([a-z_]+)", source)) | set(re.findall(r'count\("([a-z_]+)"', source))
    named |= set(re.findall(r'words\["([a-z_]+)"\]', source)) | set(re.findall(r'"(key_[a-z]+)"', source))
    assert named - ID.words.keys() - {"get", "key_one"} == set()
    built = re.compile(
        r"(draft_state|how|fault|force|word|scale|mark|act|kind|lang|shown|snooze|work|ago|order|role|may|theme|channel|file|state|said|staff)_\w+|\w+_title|inbox|team|nowhere|may_not|foreign|unsafe"
        r"|(tile|def|col|span|of|lasting|says|cadence|card|part|ails|mend|scale|article)_\w+|plan_(billed|left_out)|bad_time|no_such_check|numbers|quality|broadcasts|library|loose|no_sample|no_unhelpful|no_untaken|spoken_\w+"
        r"|nothing_done|too_large|busy|broken|joined|no_search|settled|lapsed|language_name|\w+_one"
    )
    assert {key for key in ID.words.keys() - named if not built.fullmatch(key)} == set()


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (timedelta(seconds=-9), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=1200), "1,200 days ago"),
    ],
)
def test_how_long_ago(span: timedelta, told: str) -> None:
    assert EN.ago(NOW - span, NOW) == told


def test_the_moment_is_that_of_the_newsroom() -> None:
    assert ID.day(NOW) == "1 Maret 2026, 08.00"
    assert EN.day(NOW) == "1 March 2026, 08:00"


def test_a_choice_made_before_comes_first() -> None:
    assert choose((ID, EN), "en", "id") is EN
    assert choose((ID, EN), "xx", "en;q=0.3") is EN
    assert choose((ID, EN), "", "") is ID


def test_what_turns_others_around_or_cannot_be_seen_is_taken_out() -> None:
    assert tame("a\u202eb\u2066c\0d\x1be\u200bf\ng\th\u061ci") == "abcdef\ng\thi"


def test_a_long_text_is_folded_without_loss() -> None:
    for text in ("kata " * 999, "x" * 5000, "baris\n" * 400):
        head, rest = fold(text)
        assert head + rest == text
        assert 300 < len(head) <= 700
    assert fold("pendek") == ("pendek", "")


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari, iPhone"),
        ("curl/8.5", "curl/8.5"),
        ("", ""),
        ("\u202e" + "x" * 999, "x" * 40),
    ],
)
def test_a_browser_by_its_name(agent: str, name: str) -> None:
    assert browser(agent) == name
