from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from periksa.answers.word import (
    CHOICE,
    HELPED_NO,
    HELPED_YES,
    LINK,
    NONE,
    SCREEN,
    TITLE,
    about,
    answer,
    asking_back,
    broadcast,
    channel_post,
    corrected,
    digest,
    heading,
    introduction,
    reply_to,
    says,
    spoken,
    told,
    told_maybe,
    word,
)
from periksa.lang import LANGUAGES
from periksa.model import Also, Article, ArticleKind, Decision, DecisionKind, Force, Reply, Said, Statement

from .conftest import TODAY, answered, check, offered, report

LONGEST = 4096
"""A text message of WhatsApp."""
OPTION_ID = 200
FAMILY = "👨‍👩‍👧‍👦"
LANG = pytest.mark.parametrize("code", list(LANGUAGES))

FULL = check(
    "Air kelapa menyembuhkan covid",
    title="Air kelapa untuk covid",
    summary="Dokter paru menyatakan belum ada penelitian yang membuktikannya.",
    url="https://cek.example/air-kelapa",
)


def blocks(reply: Reply) -> list[str]:
    return reply.text.split("\n\n")


# ---------------------------------------------------------------- an answer


def test_an_answer_in_order_and_in_words() -> None:
    assert blocks(word(answered(FULL), "id", TODAY)) == [
        "*SALAH*, menurut Cek Harian",
        "Yang diperiksa: Air kelapa menyembuhkan covid",
        "Dokter paru menyatakan belum ada penelitian yang membuktikannya.",
        "Sumber: Cek Harian, 1 Juni 2025\nhttps://cek.example/air-kelapa",
    ]


def test_an_answer_in_english() -> None:
    assert blocks(word(answered(FULL), "en", TODAY)) == [
        "*SALAH*, says Cek Harian",
        "What was checked: Air kelapa menyembuhkan covid",
        "Dokter paru menyatakan belum ada penelitian yang membuktikannya.",
        "Source: Cek Harian, 1 June 2025\nhttps://cek.example/air-kelapa",
    ]


def test_malay_and_unknown_languages_are_answered_in_indonesian() -> None:
    assert word(answered(FULL), "ms", TODAY) == word(answered(FULL), "id", TODAY)


def test_an_answer_has_no_options() -> None:
    assert word(answered(FULL), "id", TODAY).options == ()


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ({"rating": ""}, "*Penilaian ada di sumbernya*, Cek Harian"),
        ({"rating": " * "}, "*Penilaian ada di sumbernya*, Cek Harian"),
        ({"outlet": ""}, "*SALAH*"),
        ({"rating": "", "outlet": ""}, "*Penilaian ada di sumbernya*"),
    ],
)
def test_the_first_line_without_rating_or_outlet(missing: dict[str, str], expected: str) -> None:
    assert blocks(answer(replace(FULL, **missing), "id", TODAY))[0] == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ({"date": None}, "Sumber: Cek Harian, tanpa tanggal\nhttps://cek.example/air-kelapa"),
        ({"url": ""}, "Sumber: Cek Harian, 1 Juni 2025"),
        ({"outlet": ""}, "Sumber: 1 Juni 2025\nhttps://cek.example/air-kelapa"),
        ({"outlet": "", "date": None, "url": ""}, "Sumber: tanpa tanggal"),
    ],
)
def test_the_source_without_date_link_or_outlet(missing: dict[str, object], expected: str) -> None:
    assert blocks(answer(replace(FULL, **missing), "id", TODAY))[-1] == expected  # type: ignore[arg-type]


def test_the_title_stands_in_for_a_claim_and_the_body_for_a_summary() -> None:
    bare = replace(FULL, claim="", summary="", body="\n  \nPertama kali beredar di grup.\nLalu di mana-mana.")
    assert blocks(answer(bare, "id", TODAY))[1:3] == [
        "Yang diperiksa: Air kelapa untuk covid",
        "Pertama kali beredar di grup.",
    ]


def test_without_any_reason_there_is_no_empty_block() -> None:
    assert len(blocks(answer(replace(FULL, summary="", body=""), "id", TODAY))) == 3


@pytest.mark.parametrize(
    ("published", "today", "said"),
    [
        (date(2025, 3, 1), date(2026, 2, 28), None),
        (date(2025, 3, 1), date(2026, 3, 1), None),
        (date(2025, 3, 1), date(2026, 3, 2), "lebih dari setahun lalu"),
        (date(2024, 3, 1), date(2026, 3, 1), "lebih dari setahun lalu"),
        (date(2024, 3, 1), date(2026, 3, 2), "lebih dari 2 tahun lalu"),
        (date(2024, 2, 29), date(2025, 2, 28), None),
        (date(2024, 2, 29), date(2025, 3, 1), "lebih dari setahun lalu"),
        (date(2015, 10, 1), date(2026, 3, 1), "lebih dari 10 tahun lalu"),
        (date(2026, 3, 2), date(2026, 3, 1), None),
        (None, date(2026, 3, 1), None),
    ],
)
def test_the_age_is_said_from_the_day_after_an_anniversary(
    published: date | None, today: date, said: str | None
) -> None:
    reply = answer(replace(FULL, date=published), "id", today).text
    assert ("Perhatikan" in reply) == (said is not None)
    assert said is None or said in reply


def test_the_age_stands_before_the_source() -> None:
    assert "setahun" in blocks(answer(FULL, "id", TODAY + timedelta(days=365)))[-2]


# ---------------------------------------------------------------- who else checked it

TEMPO = check(
    FULL.claim, id="t", outlet="Tempo", rating="Keliru", date=date(2024, 5, 3), url="https://tempo.example/kelapa"
)
KOMDIGI = check(FULL.claim, id="k", outlet="Komdigi", rating="HOAKS", date=None, url="https://komdigi.example/kelapa")


def with_others(*articles: Article, disagree: bool = False, told: Article = FULL) -> Decision:
    return replace(answered(told), also=Also(articles, disagree))


def test_who_else_checked_it_stands_below_the_source() -> None:
    expected = (
        "Juga diperiksa oleh:\n"
        "Tempo (Keliru, 3 Mei 2024) https://tempo.example/kelapa\n"
        "Komdigi (HOAKS, tanpa tanggal) https://komdigi.example/kelapa"
    )
    reply = word(with_others(TEMPO, KOMDIGI), "id", TODAY)
    assert blocks(reply)[-1] == expected
    assert blocks(reply)[:-1] == blocks(word(answered(FULL), "id", TODAY))
    assert blocks(reply_to(with_others(TEMPO, KOMDIGI), "id", TODAY))[-2] == expected
    assert blocks(word(with_others(TEMPO), "en", TODAY))[-1] == (
        "Also checked by:\nTempo (Keliru, 3 May 2024) https://tempo.example/kelapa"
    )


def test_another_check_without_rating_outlet_or_link_is_still_told() -> None:
    bare = replace(TEMPO, rating="", outlet="", url="https://x.example/".ljust(LINK + 1, "y"))
    assert blocks(word(with_others(bare), "id", TODAY))[-1] == f"Juga diperiksa oleh:\n{FULL.claim} (3 Mei 2024)"


def test_that_publishers_disagree_stands_under_the_claim_in_their_own_words() -> None:
    true = replace(TEMPO, rating="Benar")
    assert blocks(word(with_others(true, KOMDIGI, disagree=True), "id", TODAY))[:3] == [
        "*SALAH*, menurut Cek Harian",
        "Yang diperiksa: Air kelapa menyembuhkan covid",
        "Penilaian penerbit berbeda: Cek Harian: SALAH; Tempo: Benar; Komdigi: HOAKS.",
    ]
    by_title = replace(true, rating="", title="[BENAR] Air kelapa")
    assert "Tempo: [BENAR] Air kelapa." in word(with_others(by_title, disagree=True), "id", TODAY).text
    assert "Publishers rate this differently: " in word(with_others(true, disagree=True), "en", TODAY).text


def test_others_give_way_on_a_full_screen_and_dissent_does_not() -> None:
    long = replace(FULL, claim="Klaim panjang. " * 60, summary="Alasan yang panjang. " * 90, date=date(2019, 6, 1))
    others = [replace(each, url=each.url.ljust(220, "x")) for each in (TEMPO, KOMDIGI)]
    for count, article in ((2, FULL), (1, long)):
        reply = reply_to(with_others(*others, disagree=True, told=article), "id", TODAY)
        assert sum(each.url in reply.text for each in others) == count
        assert "Penilaian penerbit berbeda" in reply.text
        assert heading(article, "id") in reply.text
        assert len(reply.text) <= SCREEN
    full = reply_to(with_others(*others, disagree=True, told=long), "id", TODAY, "Siapa kami. " * 30)
    assert "Juga diperiksa" not in full.text
    assert "Penilaian penerbit berbeda" in full.text


# ---------------------------------------------------------------- an offer


def test_an_offer_names_every_choice_and_none_of_them() -> None:
    articles = [check(f"Air kelapa obat {word}", id=word) for word in ("flu", "batuk", "demam")]
    reply = word(offered(*articles), "id", TODAY)
    assert [option.id for option in reply.options] == [f"{CHOICE}flu", f"{CHOICE}batuk", f"{CHOICE}demam", NONE]
    assert reply.options[0].title == "Air kelapa obat flu"
    assert reply.options[0].description == "Cek Harian, 1 Juni 2025"
    assert (reply.options[-1].title, reply.prompt) == ("Bukan semua ini", "Lihat pilihan")


def test_one_choice_is_not_called_several() -> None:
    one, two = (word(offered(*articles), "id", TODAY) for articles in ([FULL], [FULL, check("Air laut", id="b")]))
    assert (one.options[-1].title, two.options[-1].title) == ("Bukan ini", "Bukan semua ini")
    assert one.text != two.text


def test_an_offer_does_not_give_ratings_away() -> None:
    reply = word(offered(FULL), "id", TODAY)
    assert "SALAH" not in "".join([reply.text, *(option.title + option.description for option in reply.options)])


def test_a_choice_without_outlet_or_date_is_still_described() -> None:
    undated, nameless = check("Air", date=None), check("Laut", outlet="")
    options = word(offered(undated, nameless), "id", TODAY).options
    assert [option.description for option in options[:2]] == ["Cek Harian, tanpa tanggal", "1 Juni 2025"]


# ---------------------------------------------------------------- handing over


@LANG
@pytest.mark.parametrize(
    ("why", "key"),
    [
        ("empty", "unreadable"),
        ("greeting", "greeting"),
        ("chatter", "acknowledged"),
        ("too short", "too_short"),
        ("nothing fits", "not_checked"),
    ],
)
def test_every_reason_to_hand_over_has_its_sentence(code: str, why: str, key: str) -> None:
    assert word(Decision(DecisionKind.HAND_OVER, why=why), code, TODAY) == says(key, code)
    assert says(key, code).text == LANGUAGES[code].say[key]


def with_news(*news: Article, code: str = "id") -> Reply:
    return word(Decision(DecisionKind.HAND_OVER, context=news, why="nothing fits"), code, TODAY)


def line_of(said: Statement, code: str = "id", **article: object) -> str:
    """The line in which a statement is told."""
    return blocks(with_news(report("Judul", statements=(said,), **article), code=code))[1]


DAY = date(2025, 3, 8)
BEFORE = {"speaker_start": 0, "start": 20, "end": 40}
"""The speaker is named before the words."""
BEHIND = {"speaker_start": 50, "start": 20, "end": 40}


def test_news_is_told_as_who_said_what_when_and_quoted_by_whom() -> None:
    said = Statement(
        "Wening", "Kami tidak bisa menunda.", True, "juru bicara dinas", "tegas", DAY,
        medium="wawancara dengan Radio Lembah", via=("Warta", "Harian Kabar"),
    )  # fmt: skip
    assert line_of(said, url="https://kabar.example/1", rating="BENAR") == (
        "“Kami tidak bisa menunda,” kata Wening (juru bicara dinas), 8 Maret 2025, wawancara dengan Radio Lembah, "
        "dikutip Harian Kabar dari Warta.\nhttps://kabar.example/1"
    )
    assert line_of(said, "en") == (
        "“Kami tidak bisa menunda,” said Wening (juru bicara dinas), 8 March 2025, wawancara dengan Radio Lembah, "
        "quoted by Harian Kabar from Warta."
    )


@pytest.mark.parametrize(
    ("words", "direct", "begins"),
    [
        ("bediding itu wajar", False, "Bediding itu wajar, kata BMKG, "),
        ("bediding itu wajar.", False, "Bediding itu wajar, kata BMKG, "),
        ("Siapa bilang?", True, "“Siapa bilang?” kata BMKG, "),
        ("iPhone dilarang", True, "“iPhone dilarang,” kata BMKG, "),
        ("*tebal* itu", True, "“tebal itu,” kata BMKG, "),
    ],
)
def test_words_are_told_as_they_were_reported(words: str, direct: bool, begins: str) -> None:
    assert line_of(Statement("BMKG", words, direct, date=DAY)).startswith(begins)


@pytest.mark.parametrize(
    ("said", "reported", "when"),
    [
        (DAY, date(2025, 6, 1), "kata BMKG, 8 Maret 2025, dikutip"),
        (None, date(2025, 6, 1), "kata BMKG, diberitakan 1 Juni 2025, dikutip"),
        (None, None, "kata BMKG, tanpa tanggal, dikutip"),
    ],
)
def test_a_statement_is_told_with_its_day_or_without_one(said: date | None, reported: date | None, when: str) -> None:
    assert when in line_of(Statement("BMKG", "bediding itu wajar", date=said), date=reported)


@pytest.mark.parametrize(
    ("force", "verb", "where", "direct", "line"),
    [
        (Force.DENIED, "membantah", BEFORE, False, "8 Maret 2025, dikutip X: Wening membantah tanggul itu retak."),
        (Force.DENIED, "bantah", BEHIND, False, "Tanggul itu retak, bantah Wening, 8 Maret 2025, dikutip X."),
        (Force.DENIED, "membantah", BEFORE, True, "8 Maret 2025, dikutip X: Wening membantah: “tanggul itu retak”"),
        (Force.DENIED, "", {}, True, "8 Maret 2025, dikutip X: Wening membantah: “tanggul itu retak”"),
        (Force.PROMISED, "bersumpah", BEFORE, False, "8 Maret 2025, dikutip X: Wening bersumpah tanggul itu retak."),
        (Force.WARNED, "", {}, False, "8 Maret 2025, dikutip X: Wening memperingatkan tanggul itu retak."),
        (Force.CLAIMED, "klaim", BEHIND, True, "“tanggul itu retak,” klaim Wening, 8 Maret 2025, dikutip X."),
        (Force.ASKED, "", {}, False, "8 Maret 2025, dikutip X: Wening meminta tanggul itu retak."),
        (Force.SAID, "mengatakan", BEFORE, False, "Tanggul itu retak, kata Wening, 8 Maret 2025, dikutip X."),
    ],
)
def test_what_is_denied_promised_or_warned_of_keeps_its_verb(
    force: Force, verb: str, where: dict[str, int], direct: bool, line: str
) -> None:
    said = Statement("Wening", "tanggul itu retak", direct, verb=verb, date=DAY, force=force, **where)  # type: ignore[arg-type]
    assert line_of(said, outlet="X") == line
    assert spoken(Said(said, report("Judul"), 0), "id").strip("“”.").casefold() in line.casefold()


def test_a_verb_of_another_language_is_told_by_its_force() -> None:
    said = Statement("Wening", "tanggul itu retak", verb="membantah", date=DAY, force=Force.DENIED, **BEFORE)  # type: ignore[arg-type]
    assert line_of(said, "en", outlet="X") == "8 March 2025, quoted by X: Wening denied tanggul itu retak."
    assert "bantah" in line_of(said, outlet="X", language="id")
    behind = replace(said, verb="denied", **BEHIND)  # type: ignore[arg-type]
    assert line_of(behind, outlet="X", language="en").startswith("Tanggul itu retak, kata Wening")


def test_news_without_words_that_touch_the_question_is_told_by_its_headline() -> None:
    assert blocks(with_news(report("Bendungan diisi", url="https://kabar.example/1", summary="Ringkasan.")))[1] == (
        "“Bendungan diisi” (judul berita, Harian Kabar, 1 Juni 2025)\nhttps://kabar.example/1"
    )
    assert "(judul berita, Harian Kabar, tanpa tanggal)" in with_news(report("Bendungan", date=None)).text


def test_two_statements_of_one_speaker_share_a_link() -> None:
    several = tuple(Statement("Wening", words, date=DAY) for words in ("masih dikaji", "sudah final"))
    first, second = blocks(with_news(report("Judul", statements=several, url="https://kabar.example/1")))[1:]
    assert (first[:13], second[:12], second.splitlines()[1:]) == (
        "Masih dikaji,", "Sudah final,", ["https://kabar.example/1"],
    )  # fmt: skip


def test_an_outlet_without_a_name_is_the_media() -> None:
    assert line_of(Statement("BMKG", "wajar saja", date=DAY), outlet="").endswith("dikutip media.")


def test_news_stands_under_the_sentence_that_nobody_has_checked() -> None:
    reply = with_news(report("Satu"), report("Dua", id="m"))
    assert blocks(reply)[0] == LANGUAGES["id"].say["not_checked_news"]
    assert len(blocks(reply)) == 3


# ---------------------------------------------------------------- what stands around an answer

WHO = introduction("Cek Nusantara", "id")
LONG = replace(FULL, claim="Klaim panjang. " * 60, summary="Alasan yang panjang. " * 90, date=date(2019, 6, 1))


def test_an_answer_asks_whether_it_helped_and_its_reason_gives_way_to_that() -> None:
    for article, above, below in ((FULL, "", ""), (LONG, "", ""), (LONG, "", WHO), (LONG, "Anda bertanya: …", "")):
        reply = asking_back(article, "id", TODAY, above, below)
        assert [option.id for option in reply.options] == [HELPED_YES, HELPED_NO]
        assert blocks(reply)[-1] == LANGUAGES["id"].say["helped_ask"]
        assert len(reply.text) <= SCREEN, "WhatsApp shows no more above buttons"
        assert "Sumber: Cek Harian" in reply.text
        assert "https://cek.example/air-kelapa" in reply.text
        assert heading(article, "id") in reply.text


@LANG
def test_who_we_are_is_said_in_two_sentences_that_name_the_word_for_leaving(code: str) -> None:
    said = introduction("Cek Nusantara", code)
    assert said.count(". ") + said.endswith(".") == 2
    assert "Cek Nusantara" in said
    assert any(order.upper() in said for order in LANGUAGES[code].commands["erase"])


def test_who_we_are_stands_below_an_answer_and_above_a_choice() -> None:
    answer_, offer = (reply_to(one, "id", TODAY, WHO) for one in (answered(FULL), offered(FULL)))
    nothing = reply_to(Decision(DecisionKind.HAND_OVER, why="nothing fits"), "id", TODAY, WHO)
    assert blocks(answer_)[-2] == blocks(nothing)[-1] == WHO
    assert blocks(offer)[0] == WHO
    assert offer.options == word(offered(FULL), "id", TODAY).options
    assert reply_to(offered(FULL), "id", TODAY) == word(offered(FULL), "id", TODAY)


def test_who_asked_before_is_told_what_it_is_about() -> None:
    assert blocks(told(FULL, "air *kelapa*\nobat?", "id", TODAY))[0] == (
        "Anda pernah bertanya: “air kelapa obat?”. Sekarang sudah ada cek faktanya."
    )
    assert blocks(told(FULL, "", "id", TODAY))[0] == LANGUAGES["id"].say["told_file"]
    maybe = told_maybe(FULL, "air kelapa", "id")
    assert "air kelapa" in maybe.text
    assert [option.id for option in maybe.options] == [f"{CHOICE}{FULL.id}", NONE]
    assert "SALAH" not in maybe.text


def test_a_change_is_told_with_what_holds_now() -> None:
    assert blocks(corrected(FULL, "en", TODAY))[:2] == [LANGUAGES["en"].say["corrected"], "*SALAH*, says Cek Harian"]
    assert about("retracted", "air kelapa", "id").text.count("“air kelapa”") == 1
    assert "“" not in about("retracted", "", "id").text


def test_followers_can_always_leave() -> None:
    end = LANGUAGES["id"].say["digest_end"]
    told = "Yang diperiksa: “Air kelapa menyembuhkan covid”"
    assert blocks(digest([FULL, replace(FULL, rating="")], "id"))[1:] == [
        f"{told} – *SALAH*, Cek Harian\nhttps://cek.example/air-kelapa",
        f"{told} – Cek Harian\nhttps://cek.example/air-kelapa",
        end,
    ]
    assert blocks(broadcast(LONG, "id", TODAY))[-1] == end
    assert len(broadcast(LONG, "id", TODAY).text) <= SCREEN


def test_a_post_for_a_channel_is_claim_verdict_reason_and_source() -> None:
    assert channel_post(FULL, "id").split("\n\n") == [
        "Yang diperiksa: “Air kelapa menyembuhkan covid” – *SALAH*, Cek Harian",
        "Dokter paru menyatakan belum ada penelitian yang membuktikannya.",
        "Sumber: Cek Harian, 1 Juni 2025\nhttps://cek.example/air-kelapa",
    ]


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "id"])
def test_all_languages_say_the_same_things_with_the_same_names(code: str) -> None:
    def names(say: str) -> set[str]:
        return set(re.findall(r"\{\w+\}", say))

    one, other = LANGUAGES["id"].say, LANGUAGES[code].say
    assert one.keys() == other.keys()
    assert [key for key in one if names(one[key]) != names(other[key])] == []


# ---------------------------------------------------------------- hostile and endless texts

ENDLESS = "Sangat panjang " * 400
CROWD = FAMILY * 700


@pytest.mark.parametrize("text", [ENDLESS, CROWD, "x" * 9000])
@LANG
def test_no_reply_is_longer_than_a_message(text: str, code: str) -> None:
    said = Statement(text, text, True, text, text, date(2025, 1, 1), text, text, (text, text))
    link = "https://x.example/".ljust(LINK, "y")
    fact = replace(
        FULL, title=text, claim=text, outlet=text, rating=text, summary=text, url=link, date=date(2001, 1, 1)
    )
    news = replace(fact, kind=ArticleKind.NEWS, statements=(said, said, said))
    offer = word(offered(fact, fact, fact), code, TODAY)
    for reply in (
        word(answered(fact), code, TODAY),
        word(with_others(fact, fact, disagree=True, told=fact), code, TODAY),
        word(Decision(DecisionKind.HAND_OVER, context=(news, news)), code, TODAY),
        offer,
    ):
        assert len(reply.text) <= LONGEST
        assert "\u200d…" not in reply.text
    assert all(len(option.title) <= TITLE and len(option.description) <= 2 * TITLE for option in offer.options)


def test_an_address_too_long_to_show_is_left_out_whole() -> None:
    long = f"https://x.example/{'y' * LINK}"
    assert "x.example" not in answer(replace(FULL, url=long), "id", TODAY).text


@pytest.mark.parametrize(
    "hostile",
    [
        "*SALAH* _miring_ ~coret~ `kode`",
        "baris satu\n\n*baris* dua\r\n> kutip",
        "{outlet} {0} %s",
        "***",
        "<b>tebal</b>",
    ],
)
def test_published_texts_cannot_break_out_of_their_line(hostile: str) -> None:
    article = check(hostile, rating=hostile, outlet=hostile, summary=hostile, url="https://cek.example/1")
    text = answer(article, "id", TODAY).text
    assert len(text.split("\n\n")) in (3, 4)
    assert text.count("*") == 2
    assert re.match(r"\*[^*\n]+\*", text)
    assert not re.search(r"[~`]", text)


def test_hostile_words_in_news_become_no_marks() -> None:
    said = Statement("*Wening*", "a*b*c\nd", True, "_juru_", "~kata~", via=("*x*",))
    text = with_news(report("Judul *tebal*\nlagi", outlet="*Kabar*", statements=(said,))).text
    assert "*" not in text
    assert (
        "“Judul tebal lagi” (judul berita, Kabar, " in with_news(report("Judul *tebal*\nlagi", outlet="*Kabar*")).text
    )


def test_braces_in_a_claim_are_shown_as_they_are() -> None:
    assert "{rating}" in answer(check("Kode {rating} bocor"), "id", TODAY).text
