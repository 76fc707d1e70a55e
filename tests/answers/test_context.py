"""News beside "not checked yet", and who said what about it over time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from periksa.answers.context import LINES, SPEAKERS, speaker, timeline, touching
from periksa.model import Article, Force, Found, Meaning, Query, QueryKind, Statement

from .conftest import ask, candidate, found, report

DAY = date(2025, 6, 1)


def shown(question: str, *news: Article, kind: QueryKind = QueryKind.KEYWORD) -> list[tuple[str, list[str]]]:
    """Ids of the news that is told, and the words of it that are."""
    query = ask(question, kind)
    told = touching(query, found(query, *news))
    return [(article.id, [each.words for each in article.statements]) for article in told]


def ids(question: str, *news: Article) -> list[str]:
    return [id for id, _ in shown(question, *news)]


def said(words: str, day: date | None = DAY, who: str = "Wening Laksita", **more: object) -> Statement:
    return Statement(who, words, date=day, **more)  # type: ignore[arg-type]


# ---------------------------------------------------------------- which news


def test_two_at_most_and_the_newest_first() -> None:
    days = {"old": date(2024, 1, 1), "undated": None, "new": date(2025, 9, 1)}
    items = [report(f"iuran bpjs naik {id}", id=id, date=day) for id, day in days.items()]
    assert ids("iuran bpjs naik", items[0], items[2], items[1]) == ["new", "old"]
    assert ids("iuran bpjs naik", items[1], items[2]) == ["new", "undated"]


def test_the_news_that_holds_most_of_the_question_is_taken() -> None:
    parts = [report(f"iuran bpjs naik dua {id}", id=id, date=date(2026, 2, 1)) for id in ("one", "two")]
    whole = report("iuran bpjs naik dua kali", id="whole", date=date(2020, 1, 1))
    assert ids("iuran bpjs naik dua kali", *parts, whole) == ["one", "whole"]


def test_words_that_meet_here_and_there_in_a_long_text_are_not_enough() -> None:
    body = "Iuran sampah dibahas. Peserta bpjs hadir. Harga cabai naik, kata pedagang."
    assert ids("iuran bpjs naik", report("Festival layang-layang", body=body)) == []
    assert ids("iuran bpjs naik", report("Festival naik layang-layang", body=body)) == []
    together = report("Festival naik layang-layang", body=body, statements=(said("Iuran bpjs tetap"),))
    assert ids("iuran bpjs naik", together) == ["n"]


def test_news_is_headed_by_what_was_asked() -> None:
    elsewhere = report("Festival layang-layang", statements=(said("Iuran bpjs naik"),))
    assert ids("iuran bpjs naik", elsewhere) == []


def test_a_common_word_alone_brings_no_news() -> None:
    query, news = ask("lowongan"), report("Lowongan dibuka")
    assert touching(query, found(query, news)) != ()
    common = replace(found(query, news), rarity=dict.fromkeys(query.words, 2.0))
    assert touching(query, common) == ()


@pytest.mark.parametrize(
    "question",
    ["iuran bpjs naik 2019", "iuran bpjs naik di Garut", "kata Megawati iuran bpjs naik"],
)
def test_news_about_another_year_place_or_person_is_left_out(question: str) -> None:
    news = report("Iuran bpjs naik di Surabaya, kata Jokowi", date=date(2025, 8, 1))
    assert ids("iuran bpjs naik", news) == ["n"]
    assert ids(question, news) == []


def test_a_denial_of_what_was_asked_is_news_of_it() -> None:
    assert ids("iuran bpjs naik", report("Iuran bpjs tidak naik")) == ["n"]
    assert ids("iuran bpjs tidak naik", report("Iuran bpjs naik")) == ["n"]


def test_what_two_outlets_tell_alike_is_told_once() -> None:
    press = said("Iuran bpjs tidak naik")
    items = [report(f"Iuran bpjs naik? {id}", id=id, statements=(press,)) for id in ("one", "two")]
    other = report("Iuran bpjs naik menurut warga", id="three")
    assert ids("iuran bpjs naik", *items) == ["one"]
    assert set(ids("iuran bpjs naik", *items, other)) == {"one", "three"}


def meant(question: str, headline: str, near: float) -> tuple[Article, ...]:
    """What is told where question and headline are this near in meaning."""
    meaning = Meaning("e", np.zeros(1, dtype=np.float32), "meaning")
    query = replace(ask(question), meaning=meaning)
    plain = found(query, news := report(headline))
    return touching(query, Found((candidate(news, query, meaning=near),), plain.rarity, plain.total))


def test_where_meanings_are_known_the_headline_must_be_near() -> None:
    assert meant("iuran bpjs naik", "Iuran bpjs naik", 0.1) != (), "all of it meets"
    assert meant("iuran bpjs naik sekali", "Iuran bpjs naik", 0.3) == ()
    assert meant("iuran bpjs naik sekali", "Iuran bpjs naik", 0.35) != ()
    assert meant("iuran bpjs naik dua kali", "Iuran bpjs naik", 0.34) == ()
    assert meant("iuran bpjs naik dua kali", "Iuran bpjs naik", 0.5) != ()


# ---------------------------------------------------------------- which words of it


def test_the_statement_that_holds_most_of_the_question_is_told() -> None:
    several = said("Antrean panjang"), said("Iuran naik"), said("Iuran bpjs tidak naik")
    assert shown("iuran bpjs naik", report("Iuran bpjs", statements=several)) == [("n", ["Iuran bpjs tidak naik"])]


def test_of_equals_the_one_that_the_newsroom_put_on_top() -> None:
    several = said("Iuran bpjs naik, menurut kabar"), said("Iuran bpjs naik tahun depan")
    news = report("Iuran bpjs", summary="Iuran bpjs naik tahun depan.", statements=several)
    assert shown("iuran bpjs naik", news)[0][1] == ["Iuran bpjs naik tahun depan"]


def test_a_name_alone_is_no_reason_to_quote_somebody() -> None:
    news = report("Wening tentang iuran bpjs", statements=(said("Cuaca cerah", role="direktur bpjs"),))
    assert shown("Wening: iuran bpjs naik", news) == [("n", [])]


def test_what_the_same_speaker_said_later_stands_above() -> None:
    first = said("Iuran bpjs naik", date(2025, 6, 1))
    later = said("Kenaikan iuran masih dikaji", date(2025, 6, 3))
    others = said("Iuran itu berat", date(2025, 6, 4), who="Bagus Sentosa"), said("Cuaca cerah", date(2025, 6, 5))
    news = report("Iuran bpjs", statements=(first, later, *others))
    assert shown("iuran bpjs naik", news) == [("n", [later.words, first.words])]
    undated = report("Iuran bpjs", statements=(first, replace(later, date=None)))
    assert shown("iuran bpjs naik", undated) == [("n", [first.words])]


def test_two_statements_of_one_article_leave_no_room_for_a_third() -> None:
    pair = said("Iuran bpjs naik", date(2025, 6, 1)), said("Iuran masih dikaji", date(2025, 6, 3))
    one = report("Iuran bpjs naik lagi", id="one", statements=pair)
    two = report("Iuran bpjs menurut warga", id="two", statements=pair[:1])
    assert shown("iuran bpjs naik", one, two) == [("one", [pair[1].words, pair[0].words])]
    better = report("Iuran bpjs naik", id="two", statements=(said("Iuran bpjs naik sekali"),), date=date(2026, 1, 1))
    assert sum(len(words) for _, words in shown("iuran bpjs naik", better, one)) == 2


def test_a_denial_that_may_be_either_side_of_it_is_not_told() -> None:
    denied = said("Iuran bpjs naik", force=Force.DENIED)
    assert shown("iuran bpjs naik", report("Iuran bpjs", statements=(denied,))) == [("n", [])]
    placed = replace(denied, start=20, end=35, speaker_start=0, speaker_end=6)
    for clear in (placed, replace(denied, direct=True)):
        assert shown("iuran bpjs naik", report("Iuran bpjs", statements=(clear,)))[0][1] == ["Iuran bpjs naik"]


# ---------------------------------------------------------------- a timeline


def rows(question: str, *news: Article) -> list[list[tuple[str, str]]]:
    """Speaker and words, row by row."""
    query: Query = ask(question)
    told = timeline(query, found(query, *news))
    return [[(each.statement.speaker, each.statement.words) for each in row] for row in told]


def test_a_timeline_is_one_speaker_over_articles_newest_first() -> None:
    old = report("Iuran", id="a", statements=(said("Iuran bpjs tetap", date(2023, 1, 1)),))
    new = report("Tarif", id="b", statements=(said("Iuran bpjs naik", date(2025, 1, 1)), said("Cuaca cerah")))
    undated = report("Warga", id="c", date=date(2024, 1, 1), statements=(said("Iuran bpjs dikaji", None),))
    assert rows("iuran bpjs", old, new, undated) == [
        [(who := "Wening Laksita", "Iuran bpjs naik"), (who, "Iuran bpjs dikaji"), (who, "Iuran bpjs tetap")]
    ]


def test_who_spoke_on_most_days_comes_first_and_three_are_enough() -> None:
    names = "Bagus Sentosa", "Citra Ayu", "Dimas Raka", "Eka Putri"
    several = [said("Iuran bpjs naik", DAY + timedelta(at), who=names[2]) for at in range(2)]
    several += [said("Iuran bpjs naik", who=name) for name in names]
    told = rows("iuran bpjs naik", report("Iuran", statements=tuple(several)))
    assert (len(told), told[0][0][0], len(told[0])) == (SPEAKERS, "Dimas Raka", 2)


def test_a_speaker_who_is_named_leaves_no_room_for_others() -> None:
    several = said("Iuran bpjs naik"), said("Iuran bpjs turun", who="Bagus Sentosa"), said("Cuaca cerah")
    news = report("Iuran", statements=several)
    assert rows("Laksita iuran bpjs", news) == [[("Wening Laksita", "Iuran bpjs naik")]]
    assert rows("Wening Laksita", news) == [[("Wening Laksita", "Iuran bpjs naik"), ("Wening Laksita", "Cuaca cerah")]]


def test_a_person_everybody_knows_is_found_by_any_name() -> None:
    one = report("Ijazah", id="a", statements=(said("Ijazah saya asli", date(2025, 4, 1), who="Joko Widodo"),))
    other = report("Ijazah", id="b", statements=(said("Ijazah itu asli", date(2025, 5, 1), who="Presiden Jokowi"),))
    for name in ("Jokowi", "Joko Widodo"):
        assert rows(f"{name} ijazah", one, other) == [
            [("Presiden Jokowi", "Ijazah itu asli"), ("Joko Widodo", "Ijazah saya asli")]
        ]


def test_what_a_speaker_came_back_to_in_the_same_article_belongs_to_it() -> None:
    first = said("Tarif ojol naik", date(2025, 6, 1))
    later = said("Tarif masih dikaji", date(2025, 6, 3))
    news = report("Tarif ojol", statements=(first, later, said("Cuaca cerah", date(2025, 6, 4))))
    assert [words for _, words in rows("tarif ojol naik", news)[0]] == [later.words, first.words]


def test_the_same_words_of_one_day_are_told_once_and_a_row_has_an_end() -> None:
    again = [report("Iuran", id=id, statements=(said("Iuran bpjs naik"),)) for id in "ab"]
    assert len(rows("iuran bpjs", *again)[0]) == 1
    many = tuple(said("Iuran bpjs naik", DAY + timedelta(at)) for at in range(LINES + 5))
    assert len(rows("iuran bpjs", report("Iuran", statements=many))[0]) == LINES


def test_nobody_said_anything_about_it() -> None:
    assert rows("gempa garut", report("Iuran", statements=(said("Iuran bpjs naik"),))) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("Prabowo", "Menteri Pertahanan"), ("Prabowo Subianto", "Presiden"), True),
        (("Wening Laksita", "juru bicara"), ("WENING LAKSITA", "kepala dinas"), True),
        (("dr. Wening Laksita, Sp.A", ""), ("Wening Laksita", ""), True),
        (("Wening", "juru bicara"), ("Wening", "juru bicara"), True),
        (("Wening", "juru bicara"), ("Wening", "pedagang"), False),
        (("Wening", "juru bicara"), ("Wening Laksita", "juru bicara"), False),
        (("Prabowo", ""), ("Listyo Sigit Prabowo", ""), False),
        (("Wening Laksita", ""), ("Wening Lestari", ""), False),
    ],
)
def test_only_names_that_leave_no_doubt_are_one_speaker(
    one: tuple[str, str], other: tuple[str, str], same: bool
) -> None:
    both = [speaker(Statement(name, "…", role=role)) for name, role in (one, other)]
    assert (both[0] == both[1]) is same
