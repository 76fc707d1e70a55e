from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from periksa.errors import InputError
from periksa.model import Article, ArticleKind, Force, Statement
from periksa.sources import Parsed
from periksa.sources.jsonl import MAX_LINE, Jsonl

Write = Callable[[str, bytes | str], Path]
Sentences = Callable[[list[Parsed]], list[str]]

GOOD = '{"id": "kk-1", "claim": "Gula aren menyembuhkan batuk rejan", "rating": "SALAH"}'


@pytest.fixture
def read(write: Write) -> Callable[..., list[Parsed]]:
    """Reads lines, given as text, bytes or records."""

    def read(*lines: str | bytes | dict[str, Any]) -> list[Parsed]:
        encoded = (json.dumps(line) if isinstance(line, dict) else line for line in lines)
        content = b"\n".join(line.encode() if isinstance(line, str) else line for line in encoded)
        return list(Jsonl().parse(write("cek.jsonl", content)))

    return read


@pytest.fixture
def article(read: Callable[..., list[Parsed]]) -> Callable[..., Article]:
    """The article of one record with these fields."""

    def article(**fields: Any) -> Article:
        found = read({"id": "kk-1", "title": "Judul", **fields})[0].article
        assert found
        return found

    return article


def test_a_whole_record() -> None:
    path = Path(__file__).parent / "files/jsonl-library.jsonl"
    check, derived, news = [parsed.article for parsed in Jsonl().parse(path)]
    assert check == Article(
        id="kk-101",
        kind=ArticleKind.FACT_CHECK,
        title="Bendungan Randu Retak Sebelum Diisi?",
        outlet="Kabarkini",
        url="https://cekfakta.kabarkini.example/101",
        language="id",
        date=date(2023, 3, 10),
        claim="Bendungan Randu sudah retak sepanjang 40 meter sebelum diisi",
        rating="SALAH",
        summary="Foto retakan itu diambil di bendungan lain pada 2016.",
        body="Tim kami menelusuri foto yang beredar.\nFoto itu pertama kali terbit pada 2016.",
    )
    assert derived
    assert derived.title == derived.claim == "Warga Lembah Randu mendapat ganti rugi Rp5 miliar per rumah"
    assert (derived.rating, derived.summary) == ("Menyesatkan", "Angka itu jumlah untuk 41 keluarga.")
    assert news
    assert (news.id, news.kind, news.language, news.date) == ("103", ArticleKind.NEWS, "id", date(2023, 3, 9))
    assert news.body == "Pengisian dimulai April, kata Wening.\nIa menolak menunda."
    assert news.statements == (
        Statement(
            speaker="Wening Laksita",
            words="Kami tidak bisa menunda.",
            direct=True,
            role="juru bicara Dinas Pekerjaan Umum",
            verb="kata",
            date=date(2023, 3, 8),
            place="Randugunting",
            medium="wawancara dengan Radio Suara Lembah",
            via=("Warta Randu",),
        ),
    )


HOSTILE: list[tuple[str, bytes | str, str]] = [
    ("cut off", '{"id": "x", "title": "Ju', "the line is not JSON: unterminated string (column 22)"),
    ("two objects", '{"id": "x"} {"id": "y"}', "the line is not JSON: extra data (column 13)"),
    ("a list", '[{"id": "x", "title": "J"}]', 'the line is not a JSON object in braces: {"title": …}'),
    (
        "a number without end",
        '{"id": ' + "1" * 5000 + "}",
        "the line is not JSON that can be read: a number or a nesting without end",
    ),
    ("brackets without end", "[" * 100_000, "the line is not JSON that can be read: a number or a nesting without end"),
    ("Latin-1", '{"id": "x", "title": "café"}'.encode("latin-1"), "the line is not UTF-8 (byte 26)"),
    ("too long", '{"title": "' + "a" * MAX_LINE + '"}', "the line is longer than 4 MiB"),
    ("no title", '{"id": "x", "body": "Isi"}', "title is missing and there is no claim to take its place"),
    ("blank title", '{"id": "x", "title": " \\n "}', "title is missing and there is no claim to take its place"),
    ("no id", '{"title": "Judul"}', "id is missing and there is no url to derive it from"),
    ("a kind of its own", '{"id": "x", "title": "J", "kind": "opini"}', 'kind is neither fact-check nor news: "opini"'),
]


@pytest.mark.parametrize(("line", "sentence"), [each[1:] for each in HOSTILE], ids=[each[0] for each in HOSTILE])
def test_a_bad_line_is_refused_by_number_and_the_rest_is_read(
    read: Callable[..., list[Parsed]], sentences: Sentences, line: bytes | str, sentence: str
) -> None:
    records = read(GOOD, "", line, GOOD.replace("kk-1", "kk-2"))
    assert [parsed.article.id if parsed.article else None for parsed in records] == ["kk-1", None, "kk-2"]
    assert sentences(records) == [f"cek.jsonl:3: {sentence}"]
    assert records[1].problems[0].refused


ODD: list[tuple[str, dict[str, Any], str]] = [
    ("a number for a text", {"outlet": 7}, "outlet must be text, not a number; it was left out"),
    ("a list for a text", {"rating": ["SALAH"]}, "rating must be text, not a list; it was left out"),
    ("by its alias", {"verdict_raw": False}, "verdict_raw must be text, not true or false; it was left out"),
    (
        "a day that is none",
        {"date": "2023-02-30"},
        'date is not a date: "2023-02-30"; write it as 2020-05-12 (it was left out)',
    ),
    (
        "day or month?",
        {"date": "05/12/2020"},
        'date is not a date: "05/12/2020"; write it as 2020-05-12 (it was left out)',
    ),
    (
        "a link that runs",
        {"url": "javascript:alert(1)"},
        'url is not an http(s) address: "javascript:alert(1)"; it was left out',
    ),
    (
        "a language by name",
        {"lang": "Bahasa"},
        'lang is not a language code such as id or en: "Bahasa"; it was read as id',
    ),
    (
        "statements, one",
        {"statements": {"speaker": "A"}},
        "statements must be a list of objects, not an object; it was left out",
    ),
    ("a statement, bare", {"statements": ["A"]}, "statements[1] must be an object, not text; it was left out"),
    (
        "nobody's statement",
        {"statements": [{"words": "Ya"}]},
        "statements[1] needs both speaker and words; it was left out",
    ),
    (
        "a statement's field",
        {"statements": [{"speaker": "A", "words": "Ya", "saksi": "B"}]},
        "statements[1].saksi is not a field of a statement; it was ignored",
    ),
    (
        "directly, perhaps",
        {"statements": [{"speaker": "A", "words": "Ya", "direct": "ya"}]},
        "statements[1].direct must be true or false, not text; it was read as false",
    ),
    (
        "via a number",
        {"statements": [{"speaker": "A", "words": "Ya", "via": [1]}]},
        "statements[1].via must be a list of names; it was left out",
    ),
    (
        "a force of their own",
        {"statements": [{"speaker": "A", "words": "Ya", "force": "mumbled"}]},
        'statements[1].force is none of said, claimed, denied, promised, warned, asked: "mumbled"; it was read as said',
    ),
    (
        "an offset before the text",
        {"statements": [{"speaker": "A", "words": "Ya", "start": -1}]},
        "statements[1].start must be a whole number of characters; it was left out",
    ),
]


@pytest.mark.parametrize(("fields", "sentence"), [each[1:] for each in ODD], ids=[each[0] for each in ODD])
def test_a_field_that_cannot_be_read_is_left_out_and_the_record_stays(
    read: Callable[..., list[Parsed]], sentences: Sentences, fields: dict[str, Any], sentence: str
) -> None:
    records = read({"id": "kk-1", "title": "Judul", **fields})
    assert records[0].article
    assert sentences(records) == [f"cek.jsonl:1: {sentence}"]
    assert not records[0].problems[0].refused


def test_an_unknown_field_is_named_once_with_the_nearest_known(
    read: Callable[..., list[Parsed]], sentences: Sentences
) -> None:
    records = read(
        *({"id": f"kk-{n}", "title": "Judul", "ratng": "SALAH"} for n in range(1200)),
        {"id": "x", "title": "J", "zzz": 1},
    )
    assert sum(parsed.article is not None for parsed in records) == 1201
    assert sentences(records) == [
        'cek.jsonl:1: ratng is not a field of the format (1,200 records have it); did you mean "rating"?',
        "cek.jsonl:1201: zzz is not a field of the format; it was ignored",
    ]


def test_of_two_records_with_one_id_the_later_is_kept(read: Callable[..., list[Parsed]], sentences: Sentences) -> None:
    records = read(GOOD, GOOD, GOOD.replace("SALAH", "BENAR"))
    assert [parsed.article and parsed.article.rating for parsed in records] == ["SALAH", "SALAH", "BENAR"]
    assert sentences(records) == ['cek.jsonl:3: id stood on line 2 with other content: "kk-1"; this one is kept']


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("\n \n", "cek.jsonl holds nothing but blank lines; nothing was imported."),
        ('{\n  "id": "x"\n}\n', "cek.jsonl is one JSON document over many lines; write one record a line."),
        ("[\n" + GOOD + "\n]\n", "cek.jsonl is one JSON document over many lines; write one record a line."),
    ],
)
def test_a_file_of_another_form(read: Callable[..., list[Parsed]], content: str, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        read(content)
    assert str(error.value) == sentence


def test_texts_are_made_safe(article: Callable[..., Article]) -> None:
    made = article(
        title="Ju\0dul\ud800 &amp; \x1b[31mwarna", body="satu\r\ndua &rdquo;tiga&rdquo;", outlet=" Kabar\n kini "
    )
    assert made.title == "Judul\ufffd & [31mwarna"
    assert made.body == "satu\ndua ”tiga”"
    assert made.outlet == "Kabar kini"


def test_raw_control_characters_inside_a_text(read: Callable[..., list[Parsed]]) -> None:
    found = read(b'{"id": "x", "title": "Ju\x00dul\tbaru"}')[0].article
    assert found
    assert found.title == "Judul baru"


def test_null_is_absent(article: Callable[..., Article]) -> None:
    made = article(kind=None, url=None, date=None, body=None, text="Isi", statements=None)
    assert made == Article(id="kk-1", kind=ArticleKind.NEWS, title="Judul", body="Isi")


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, ArticleKind.FACT_CHECK),
        ({"text": "Isi"}, ArticleKind.NEWS),
        ({"text": "Isi", "claim": "Klaim"}, ArticleKind.FACT_CHECK),
        ({"text": "Isi", "rating": "SALAH"}, ArticleKind.FACT_CHECK),
        ({"claim": "Klaim", "kind": "news"}, ArticleKind.NEWS),
        ({"text": "Isi", "kind": "Fact_Check"}, ArticleKind.FACT_CHECK),
    ],
)
def test_kind(article: Callable[..., Article], fields: dict[str, Any], kind: ArticleKind) -> None:
    assert article(**fields).kind is kind


def test_the_field_comes_before_its_alias(article: Callable[..., Article]) -> None:
    assert article(rating="SALAH", verdict_raw="hoax").rating == "SALAH"


def test_only_news_is_cleared_of_page_furniture(article: Callable[..., Article]) -> None:
    body = "Isi berita.\nBaca juga: Judul lain\nLanjutan."
    assert article(text=body).body == "Isi berita.\nLanjutan."
    assert article(claim="Klaim", body=body).body == body


def test_a_statement_keeps_its_body_force_and_offsets(article: Callable[..., Article]) -> None:
    places = {"start": 0, "end": 2, "speaker_start": 9, "speaker_end": 10}
    said = {"speaker": "A", "words": "Ya", "organisation": "KPU", "force": "Denied", **places}
    assert article(statements=[said]).statements == (
        Statement("A", "Ya", organisation="KPU", force=Force.DENIED, **places),
    )
