from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from periksa.model import Line, Option
from periksa.web.public.page import Draft, Page, fold
from periksa.web.public.static import Static
from periksa.web.public.texts import load
from periksa.web.site import JAKARTA

INDONESIAN, ENGLISH = load()
NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
HOSTILE = '<script>alert("1")</script>\u202e\0 {{ 7*7 }} </textarea>'


@pytest.fixture
def page() -> Page:
    return Page(Static(), "Cek Fakta", JAKARTA)


def own(text: str, id: str = "a" * 32, at: datetime = NOW) -> Line:
    return Line(0, id, ours=False, text=text, options=(), at=at)


def ours(text: str, *options: Option, at: datetime = NOW, sequence: int = 1) -> Line:
    return Line(sequence, f"reply-{sequence}", ours=True, text=text, options=options, at=at)


def chat(page: Page, *lines: Line, text: str = "", trouble: str = "") -> str:
    return page.chat(lines, INDONESIAN, Draft("k" * 32, text, trouble), NOW)


def test_nothing_anyone_wrote_is_ever_markup(page: Page) -> None:
    shown = chat(
        page,
        own(HOSTILE),
        ours(HOSTILE, Option(HOSTILE, HOSTILE, HOSTILE)),
        text=HOSTILE,
        trouble=HOSTILE,
    )
    assert "<script>" not in shown
    assert shown.count("</textarea>") == 1
    assert "49" not in shown


def test_days_have_names_in_the_readers_time_zone(page: Page) -> None:
    shown = chat(
        page,
        own("satu", at=NOW - timedelta(days=9)),
        own("dua", at=NOW - timedelta(hours=16)),
        own("tiga", at=NOW - timedelta(hours=14)),
    )
    days = [part.split("<")[0] for part in shown.split('<p class="day">')[1:]]
    assert days == ["20 Februari 2026", "Kemarin", "Hari ini"]


def test_time_is_written_as_each_language_writes_it(page: Page) -> None:
    assert ">15.00</time>" in page.bubble(own("satu"), INDONESIAN)
    assert ">15:00</time>" in page.bubble(own("satu"), ENGLISH)


def test_a_message_counts_as_read_when_a_reply_stands_below(page: Page) -> None:
    shown = chat(page, own("satu", "a" * 32), ours("jawaban"), own("dua", "b" * 32))
    assert [part.split('"')[0] for part in shown.split('data-state="')[1:3]] == ["read", "sent"]


def test_the_page_looks_again_by_itself_only_while_a_reply_is_near(page: Page) -> None:
    refresh = 'http-equiv="refresh"'
    assert refresh in chat(page, own("satu", at=NOW - timedelta(seconds=5)))
    assert refresh not in chat(page, own("satu", at=NOW - timedelta(minutes=5)))
    assert refresh not in chat(page, own("satu"), ours("jawaban"))
    assert refresh not in chat(page)


def test_options_work_as_forms_with_their_number(page: Page) -> None:
    shown = chat(page, ours("Yang mana?", Option("pilih-1", "Vaksin", "SALAH"), Option("pilih-2", "Banjir")))
    assert shown.count('<form method="post" action="/chat">') == 2
    assert '<input type="hidden" name="choice" value="pilih-2">' in shown
    assert '<span class="number">2</span>' in shown


@pytest.mark.parametrize(
    "text",
    ["kata " * 400, "baris\n" * 100, "tanpaspasi" * 300, "👨‍👩‍👧‍👦" * 300, "\n" * 800, "a" * 650 + " " + "b" * 100],
)
def test_folding_hides_much_and_loses_nothing(text: str) -> None:
    head, rest = fold(text)
    assert 0 < len(head) < len(text)
    assert text in {head + rest, f"{head} {rest}", f"{head}\n{rest}"}
    assert not rest.startswith("\u200d")
    assert not head.endswith("\u200d")


def test_short_messages_are_not_folded() -> None:
    assert fold("banjir di Demak") == ("banjir di Demak", "")


def test_replies_are_never_folded(page: Page) -> None:
    assert "<details>" not in page.bubble(ours("kata " * 800), INDONESIAN)
    assert "<details>" in page.bubble(own("kata " * 800), INDONESIAN)
