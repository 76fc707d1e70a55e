"""Invented Indonesian sentences: who is speaking, which words are theirs, and what nobody said."""

from __future__ import annotations

import time
from datetime import date

import pytest

from periksa.model import Force, Statement
from periksa.statements import extract

PUBLISHED = date(2023, 2, 6)
Row = tuple[str, str, bool, str]
"""Speaker, words, direct, force."""


def said(text: str) -> list[Row]:
    return [(one.speaker, one.words, one.direct, one.force) for one in extract(text, "id", PUBLISHED)]


def only(text: str) -> Statement:
    (one,) = extract(text, "id", PUBLISHED)
    return one


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '"Bendungan itu aman dan tidak bocor," kata Wening Laksita, Senin (6/2/2023).',
            [("Wening Laksita", "Bendungan itu aman dan tidak bocor", True, "said")],
        ),
        (
            'Wening Laksita mengatakan, "Bendungan itu aman dan tidak bocor."',
            [("Wening Laksita", "Bendungan itu aman dan tidak bocor.", True, "said")],
        ),
        (
            "Wening Laksita mengatakan bahwa bendungan itu aman.",
            [("Wening Laksita", "bendungan itu aman", False, "said")],
        ),
        ("Bendungan itu aman, kata Wening Laksita.", [("Wening Laksita", "Bendungan itu aman", False, "said")]),
        ("Menurut Wening Laksita, bendungan itu aman.", [("Wening Laksita", "bendungan itu aman", False, "said")]),
        ("Bendungan itu aman, menurut Wening Laksita.", [("Wening Laksita", "Bendungan itu aman", False, "said")]),
        (
            '"Airnya jernih sekali," ujar Bagus Tanuwijaya. "Kami meminumnya setiap hari."',
            [
                ("Bagus Tanuwijaya", "Airnya jernih sekali", True, "said"),
                ("Bagus Tanuwijaya", "Kami meminumnya setiap hari.", True, "said"),
            ],
        ),
        (
            '"Airnya jernih sekali," ujar Bagus Tanuwijaya, "dan kami meminumnya setiap hari."',
            [
                ("Bagus Tanuwijaya", "Airnya jernih sekali", True, "said"),
                ("Bagus Tanuwijaya", "dan kami meminumnya setiap hari.", True, "said"),
            ],
        ),
        (
            '“Dia bilang "jangan pergi" kepada kami semua,” tutur Ratna Puspita.',
            [("Ratna Puspita", 'Dia bilang "jangan pergi" kepada kami semua', True, "said")],
        ),
        (
            "Pompa itu, kata Bagus Tanuwijaya, baru diganti bulan lalu.",
            [("Bagus Tanuwijaya", "Pompa itu baru diganti bulan lalu", False, "said")],
        ),
        (
            'Kabupaten itu "siap menampung" semua pengungsi, ujar Ratna Puspita.',
            [("Ratna Puspita", 'Kabupaten itu "siap menampung" semua pengungsi', False, "said")],
        ),
        (
            'Bagus Tanuwijaya menulis: "Pompa baru sudah dipasang di tiga desa."',
            [("Bagus Tanuwijaya", "Pompa baru sudah dipasang di tiga desa.", True, "said")],
        ),
        (
            '"Warga tidak perlu khawatir," kata Bagus Tanuwijaya, seraya menambahkan bahwa posko dibuka malam ini.',
            [
                ("Bagus Tanuwijaya", "Warga tidak perlu khawatir", True, "said"),
                ("Bagus Tanuwijaya", "posko dibuka malam ini", False, "said"),
            ],
        ),
    ],
)
def test_words_before_and_after_the_verb(text: str, expected: list[Row]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("verb", "force"),
    [
        ("mengatakan", Force.SAID),
        ("menegaskan", Force.SAID),
        ("mengklaim", Force.CLAIMED),
        ("mengaku", Force.CLAIMED),
        ("membantah", Force.DENIED),
        ("menepis", Force.DENIED),
        ("berjanji", Force.PROMISED),
        ("memperingatkan", Force.WARNED),
        ("mengimbau", Force.ASKED),
        ("berharap", Force.ASKED),
    ],
)
def test_the_verb_tells_the_force(verb: str, force: Force) -> None:
    one = only(f"Bupati Sutarjo {verb} warga Lembah Randu akan dipindahkan.")
    assert (one.speaker, one.force, one.verb) == ("Sutarjo", force, verb)
    assert one.words == "warga Lembah Randu akan dipindahkan"


@pytest.mark.parametrize(
    ("text", "speaker", "role", "organisation"),
    [
        ("Air surut, kata Ketua KPU Randu Wibisono.", "Randu Wibisono", "Ketua KPU", "KPU"),
        ("Air surut, kata juru bicara Kremlin Anton Beresin.", "Anton Beresin", "juru bicara Kremlin", "Kremlin"),
        (
            "Air surut, kata Direktur Sumber Daya Air Kementerian Pekerjaan Umum, Lasmi Hartono, Senin (6/2).",
            "Lasmi Hartono",
            "Direktur Sumber Daya Air Kementerian Pekerjaan Umum",
            "Kementerian Pekerjaan Umum",
        ),
        (
            "Air surut, kata Lasmi Hartono, pakar hidrologi di Universitas Randu.",
            "Lasmi Hartono",
            "pakar hidrologi",
            "",
        ),
        (
            "Kapolres Randu, AKBP Danu Prakosa, mengatakan air surut pagi ini.",
            "Danu Prakosa",
            "Kapolres Randu",
            "",
        ),
        (
            "Kementerian Pekerjaan Umum mengatakan air surut.",
            "Kementerian Pekerjaan Umum",
            "",
            "Kementerian Pekerjaan Umum",
        ),
        ("Air surut, kata Bupati Garut Sutarjo Hadi.", "Sutarjo Hadi", "Bupati Garut", ""),
        ("KPK menyatakan berkas sudah lengkap.", "KPK", "", "KPK"),
        ("Warga setempat mengatakan air surut.", "Warga setempat", "", ""),
        ("Air surut, kata seorang pejabat.", "seorang pejabat", "", ""),
        ("Sejumlah saksi mata mengatakan air surut.", "Sejumlah saksi mata", "", ""),
    ],
)
def test_persons_bodies_groups_and_those_without_a_name(text: str, speaker: str, role: str, organisation: str) -> None:
    one = only(text)
    assert (one.speaker, one.role, one.organisation) == (speaker, role, organisation)


@pytest.mark.parametrize(
    "further",
    [
        "Pintu air ditutup, katanya.",
        '"Pintu air ditutup sejak pagi," ujarnya.',
        "Ia mengatakan pintu air ditutup.",
        "Dia juga menambahkan, pintu air ditutup.",
        "Menurutnya, pintu air ditutup.",
        '"Pintu air ditutup sejak pagi," ucap dia.',
        "Pintu air ditutup, ujar juru bicara itu.",
        "Pintu air ditutup, kata Beresin.",
        "Pintu air, sambung dia, ditutup sejak pagi.",
        '"Pintu air ditutup sejak pagi tadi."',
    ],
)
def test_he_and_that_spokesman_are_whoever_spoke_last(further: str) -> None:
    first, second = extract(f"Air naik, kata juru bicara Kremlin Anton Beresin. {further}", "id", PUBLISHED)
    assert (first.speaker, second.speaker, second.role) == ("Anton Beresin", "Anton Beresin", "juru bicara Kremlin")
    assert "intu air" in second.words


def test_he_is_whom_the_article_introduced_last() -> None:
    text = (
        "Bupati Sutarjo mengatakan air surut. Hal senada disampaikan Kepala Dinas Sosial Ratna Puspita. "
        '"Posko masih dibuka sampai besok," ujarnya. Ia menjelaskan dapur umum melayani 40 keluarga.'
    )
    assert [row[0] for row in said(text)] == ["Sutarjo", "Ratna Puspita", "Ratna Puspita"]


def test_that_ministry_is_the_ministry_named_before() -> None:
    text = "Kementerian Pertanian Randu menyatakan panen gagal. Kementerian tersebut mengatakan bibit akan dibagikan."
    assert [row[0] for row in said(text)] == ["Kementerian Pertanian Randu"] * 2


@pytest.mark.parametrize(
    "text",
    [
        'Film "Pulang ke Lembah Randu" diputar di balai kota malam ini.',
        "Buku 'Air Mata Randu' terbit bulan lalu.",
        'Mereka yang disebut "preman pasar" itu pergi begitu saja.',
        "Kata sandi harus diganti setiap bulan.",
        "Dalam kata lain bendungan itu bocor.",
        "Bupati Sutarjo tidak mengatakan kapan air surut.",
        "Bupati Sutarjo enggan menjelaskan mengapa air naik.",
        "Bupati Sutarjo akan menyampaikan pidato pada Senin.",
        "Kabar yang menyebut bendungan itu bocor beredar luas.",
        "Menurut data BPS, harga beras naik dua persen.",
        "Berdasarkan laporan itu, harga beras naik.",
        "Bupati Sutarjo menyampaikan duka cita kepada keluarga korban.",
        "Bupati Sutarjo menjelaskan soal bendungan itu.",
        "Harga emas turun lima ribu rupiah pada Senin.",
        '"',
        "",
        "kata",
        "menurut",
        "mengatakan bahwa",
    ],
)
def test_what_nobody_said(text: str) -> None:
    assert said(text) == []


def test_a_quotation_that_never_closes_hides_nothing() -> None:
    text = 'Ia pergi ke "pasar lama. Airnya surut.\n"Pompa itu sudah diganti," kata Bagus Tanuwijaya.'
    assert said(text) == [("Bagus Tanuwijaya", "Pompa itu sudah diganti", True, "said")]


def test_names_within_a_quotation_speak_for_nobody() -> None:
    text = '"Damai menurut Alfred Nobel bukan ketiadaan perang, katanya begitu," tutur Ratna Puspita.'
    assert [row[0] for row in said(text)] == ["Ratna Puspita"]


@pytest.mark.parametrize(
    ("beside", "day", "medium", "via", "place"),
    [
        ("Senin (6/2/2023)", date(2023, 2, 6), "", (), ""),
        ("Senin (6/2)", date(2023, 2, 6), "", (), ""),
        ("Jumat (30/12)", date(2022, 12, 30), "", (), ""),
        ("pada Jumat, 3 Februari 2023", date(2023, 2, 3), "", (), ""),
        ("Sabtu", date(2023, 2, 4), "", (), ""),
        ("dalam keterangan tertulis, Jumat (3/2)", date(2023, 2, 3), "keterangan tertulis", (), ""),
        ("dalam wawancara dengan Radio Randu", None, "wawancara dengan Radio Randu", (), ""),
        ("kepada wartawan, Jumat (3/2)", date(2023, 2, 3), "kepada wartawan", (), ""),
        ("kepada Kabarkini.com, Jumat (3/2)", date(2023, 2, 3), "kepada Kabarkini.com", (), ""),
        ("melalui akun Instagram resminya", None, "akun Instagram resminya", (), ""),
        ("seperti dikutip dari laman Warta Randu, Sabtu (4/2)", None, "", ("Warta Randu",), ""),
        ("dilansir Antara dan Reuters", None, "", ("Antara", "Reuters"), ""),
        ("Jumat (3/2), dikutip dari Antara, Sabtu (4/2)", date(2023, 2, 3), "", ("Antara",), ""),
        ("di Balai Kota Randu, Jumat (3/2)", date(2023, 2, 3), "", (), "Balai Kota Randu"),
    ],
)
def test_when_where_to_whom_and_who_passed_it_on(
    beside: str, day: date | None, medium: str, via: tuple[str, ...], place: str
) -> None:
    one = only(f'"Pompa itu sudah diganti," kata Bagus Tanuwijaya {beside}.'.replace(" Sabtu.", ", Sabtu."))
    assert (one.date, one.medium, one.via, one.place) == (day, medium, via, place)
    assert one.speaker == "Bagus Tanuwijaya"


def test_a_day_without_year_has_none_when_nobody_knows_the_year() -> None:
    (one,) = extract('"Pompa itu sudah diganti," kata Bagus Tanuwijaya, Senin (6/2).', "id", None)
    assert one.date is None


def test_an_occasion_holds_until_another_day_is_named() -> None:
    text = (
        '"Pompa itu sudah diganti," kata Bagus Tanuwijaya dalam jumpa pers, Jumat (3/2/2023). '
        "Ia mengatakan air surut. "
        '"Semua desa sudah aman," kata Bagus, Minggu (5/2/2023).'
    )
    found = extract(text, "id", PUBLISHED)
    assert [(one.date, one.medium) for one in found] == [
        (date(2023, 2, 3), "jumpa pers"),
        (date(2023, 2, 3), "jumpa pers"),
        (date(2023, 2, 5), ""),
    ]


def test_offsets_point_at_the_words_and_at_the_speaker() -> None:
    text = 'Air naik di Randu. "Pompa itu sudah diganti," ujar Bagus Tanuwijaya. Airnya jernih, katanya.'
    first, second = extract(text, "id", PUBLISHED)
    assert text[first.start : first.end] == first.words == "Pompa itu sudah diganti"
    assert text[first.speaker_start : first.speaker_end] == "Bagus Tanuwijaya"
    assert text[second.speaker_start : second.speaker_end] == "nya"


def test_a_quoted_post_belongs_to_the_account_it_was_taken_from() -> None:
    text = '"Hari bebas kendaraan ditiadakan pada Minggu besok," dikutip dari akun Instagram resmi Dishub Randu.'
    assert [(row[0], row[2]) for row in said(text)] == [("Dishub Randu", True)]


@pytest.mark.parametrize("day", ["Kamıs", "3 Aprıl 2022", "3 Februarİ 2022"])
def test_a_letter_that_only_looks_like_an_i_names_no_day(day: str) -> None:
    (one,) = extract(f'"Pompa itu sudah diganti," kata Bagus Tanuwijaya, {day}.', "id", PUBLISHED)
    assert (one.speaker, one.date) == ("Bagus Tanuwijaya", None)


@pytest.mark.parametrize(
    ("published", "written", "day"),
    [
        (date.max, "Jumat (31/12)", date.max),
        (date.max, "3 Februari", date(9999, 2, 3)),
        (date.min, "Minggu", None),
        (date.min, "3 Februari", None),
    ],
)
def test_an_article_may_be_dated_at_the_end_of_all_days(published: date, written: str, day: date | None) -> None:
    (one,) = extract(f'"Pompa itu sudah diganti," kata Bagus Tanuwijaya, {written}.', "id", published)
    assert one.date == day


def test_they_are_nobody_who_spoke_alone() -> None:
    text = (
        "Ratna Puspita mengatakan bendungan itu bocor sejak lama. Warga desa di hilir menolak penjelasan itu. "
        "Mereka menyebut Ratna menutupi kebocoran selama setahun. Ia menegaskan bahwa air sudah surut."
    )
    assert [row[:2] for row in said(text)] == [
        ("Ratna Puspita", "bendungan itu bocor sejak lama"),
        ("Ratna Puspita", "air sudah surut"),
    ]


def test_they_are_the_group_that_spoke_last() -> None:
    text = "Warga Desa Randu mengatakan bendungan itu bocor sejak lama. Mereka menuntut pompa diganti bulan ini."
    assert [row[0] for row in said(text)] == ["Warga Desa Randu"] * 2


HOSTILE = {
    "quotation marks": '"',
    "quotations": '"a" ',
    "quotations in sentences": '"Air naik." ',
    "curly": "“a”",
    "verbs": "kata ",
    "speakers": "kata Bagus, ",
    "one sentence of quotations": '"air naik lagi," kata Bagus, ',
    "clauses": "Bagus mengatakan bahwa air ",
    "sources": "Menurut Bagus, ",
    "sources, lines": "menurut " * 29 + "\n",
    "dots": ".",
    "marks": "?!",
    "acronyms": "BA ",
    "capitals": "A ",
    "brackets": ", kata Bagus (",
    "spaces": '"air naik lagi," kata Bagus' + " " * 4000 + "a.\n",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_the_time_grows_with_the_text_not_with_its_square(piece: str) -> None:
    """A whole site in one article takes a second at most; without the limits, up to two minutes."""
    text = (piece * (99_000 // len(piece) + 1))[:99_000]
    extract(text[:2000], "id", PUBLISHED)
    start = time.process_time()
    extract(f"{text}a", "id", PUBLISHED)
    assert time.process_time() - start < 4


def test_an_article_that_writes_out_thousands_of_names_is_read_in_time() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    first = [f"{a}{b}{c}" for a in letters[:6] for b in letters for c in letters]
    spoken = "".join(f'"Air naik lagi." kata S{each}.\n' for each in first[:1400])
    start = time.process_time()
    assert len(extract(spoken + ". ".join(f"Bu{each} S{each}" for each in first), "id", PUBLISHED)) > 1300
    assert time.process_time() - start < 4
