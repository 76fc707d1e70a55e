from __future__ import annotations

from datetime import date

import pytest

from periksa.answers.groups import also, same_claim, with_also
from periksa.answers.ratings import shipped
from periksa.model import Also, Article, Decision, DecisionKind, Match

from .conftest import answered, ask, check, found, offered

CLAIM = "Gubernur Jawa Barat membagikan kulkas gratis lewat tautan pendaftaran"


def grouped(told: Article, *others: Article, question: str = CLAIM) -> Also:
    query = ask(question)
    return with_also(query, answered(told), found(query, told, *others), shipped()).also


def ids(group: Also) -> list[str]:
    return [article.id for article in group.articles]


@pytest.mark.parametrize(
    "other",
    [
        CLAIM,
        CLAIM.lower(),
        f"{CLAIM}!",
        "Tautan pendaftaran, Gubernur Jawa Barat membagikan kulkas gratis",
        "Kulkas gratis dibagikan Gubernur Jawa Barat lewat tautan pendaftaran",
    ],
)
def test_another_outlets_check_of_the_same_claim_stands_beside_the_answer(other: str) -> None:
    assert ids(grouped(check(CLAIM), check(other, id="b", outlet="Tempo"))) == ["b"]


@pytest.mark.parametrize(
    "other",
    [
        "Gubernur Jawa Tengah membagikan kulkas gratis lewat tautan pendaftaran",
        "Gubernur Jawa Barat tidak membagikan kulkas gratis lewat tautan pendaftaran",
        "Gubernur Jawa Barat membagikan sepeda gratis lewat tautan pendaftaran",
        "Gubernur Jawa Barat membagikan kulkas gratis lewat tautan pendaftaran Bank Mandiri",
        "Gubernur membagikan kulkas gratis lewat tautan pendaftaran",
        "Gubernur Jawa Barat membagikan 300 kulkas gratis",
        "Tautan pendaftaran",
        "Kulkas gratis",
        "",
    ],
)
def test_a_template_with_something_else_in_it_is_another_claim(other: str) -> None:
    assert grouped(check(CLAIM), check(other, id="b", outlet="Tempo")) == Also()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tautan pendaftaran CPNS", "Tautan pendaftaran CPNS KPK"),
        ("Tautan pendaftaran mudik gratis dari Bank Mandiri", "Tautan pendaftaran mudik gratis dari Bank BRI"),
        ("Megawati menggugat Prabowo ke pengadilan", "Prabowo menggugat Megawati ke pengadilan"),
        ("Vaksin polio aman untuk anak balita", "Vaksin polio tidak aman untuk anak balita"),
        ("Harga beras naik 20 persen bulan depan", "Harga beras turun 20 persen bulan depan"),
        ("Video banjir bandang Sukabumi tahun 2021", "Video banjir bandang Sukabumi tahun 2024"),
        ("Kirim pulsa ke nomor 0812-1111-2222 untuk hadiah", "Kirim pulsa ke nomor 0813-3333-4444 untuk hadiah"),
    ],
)
def test_what_the_guards_tell_apart_is_never_grouped_either_way(one: str, other: str) -> None:
    first, second = check(one), check(other, id="b", outlet="Tempo")
    library = found(ask(one), first, second)
    assert not same_claim(first, second, library)
    assert not same_claim(second, first, library)


def test_what_the_check_found_may_stand_in_the_title_and_is_not_compared() -> None:
    told = check(CLAIM, title="Tidak Benar Kulkas Gratis dari Gubernur")
    other = check(CLAIM, id="b", outlet="Tempo", title="Keliru, Tautan Itu Jebakan Pencuri Data")
    assert ids(grouped(told, other)) == ["b"]


def test_checks_in_two_languages_are_not_compared() -> None:
    assert grouped(check(CLAIM), check(CLAIM, id="b", outlet="AFP", language="en")) == Also()


def test_what_is_not_about_the_question_is_not_shown_beside_its_answer() -> None:
    told, other = check(CLAIM, date=date(2025, 1, 1)), check(CLAIM, id="b", outlet="Tempo", date=date(2019, 1, 1))
    assert ids(grouped(told, other)) == ["b"]
    assert grouped(told, other, question=f"{CLAIM} tahun 2025") == Also()


def test_one_of_each_other_publisher_rated_before_unrated_newest_first_and_two_at_most() -> None:
    told = check(CLAIM)
    others = [
        check(CLAIM, id="own", outlet="CEK HARIAN"),
        check(CLAIM, id="unrated", outlet="cekfakta.tempo.co", rating="", date=date(2025, 9, 1)),
        check(CLAIM, id="old", outlet="Tempo", rating="Keliru", date=date(2024, 1, 1)),
        check(CLAIM, id="new", outlet="tempo.co", rating="Keliru", date=date(2024, 2, 1)),
        check(CLAIM, id="antara", outlet="ANTARA", rating="Hoaks", date=date(2025, 2, 1)),
        check(CLAIM, id="undated", outlet="Komdigi", rating="HOAKS", date=None),
    ]
    assert grouped(told, *others) == grouped(told, *others[::-1])
    assert ids(grouped(told, *others)) == ["antara", "new"]
    assert not grouped(told, *others).disagree


def test_who_disagrees_comes_first_and_is_never_left_out() -> None:
    told = check(CLAIM)
    agreeing = [check(CLAIM, id=f"a{at}", outlet=f"Harian {at}", date=date(2026, 1, 1)) for at in "ABC"]
    dissent = check(CLAIM, id="tempo", outlet="Tempo", rating="Benar", date=date(2020, 1, 1))
    group = grouped(told, *agreeing, dissent)
    assert (ids(group)[0], len(ids(group)), group.disagree) == ("tempo", 2, True)


def test_the_same_publisher_is_shown_only_where_it_says_something_else() -> None:
    assert grouped(check(CLAIM), check(CLAIM, id="b")) == Also()
    group = grouped(check(CLAIM), check(CLAIM, id="b", rating="BENAR"))
    assert (ids(group), group.disagree) == (["b"], True)


def test_a_word_that_is_not_known_takes_no_side() -> None:
    group = grouped(check(CLAIM), check(CLAIM, id="b", outlet="Tempo", rating="Agak Laen"))
    assert (ids(group), group.disagree) == (["b"], False)


def test_offers_and_hand_overs_stay_as_they_were() -> None:
    query, told, other = ask(CLAIM), check(CLAIM), check(CLAIM, id="b", outlet="Tempo")
    library = found(query, told, other)
    for decision in (offered(told, other), Decision(DecisionKind.HAND_OVER, (Match(told, 0.01),), why="nothing fits")):
        assert with_also(query, decision, library, shipped()) is decision


def test_a_check_that_somebody_chose_has_its_group_too() -> None:
    told, other = check(CLAIM), check(CLAIM, id="b", outlet="Tempo", rating="Benar")
    group = also(told, found(ask("kulkas"), told, other), shipped())
    assert (ids(group), group.disagree) == (["b"], True)
    assert also(told, found(ask("kulkas")), shipped()) == Also()
