from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from periksa.answers.ratings import Ratings, disagree, ours, shipped
from periksa.model import Scale

from .conftest import check

NOBODY = "Harian Uji"
EXAMPLES = [
    (publisher["name"], publisher.get("outlets", [publisher["name"]])[0], example)
    for text in ours()
    for publisher in tomllib.loads(text).get("publisher", ())
    for example in publisher.get("examples", ())
]


def scale(rating: str, outlet: str = NOBODY, title: str = "") -> Scale | None:
    return shipped().scale(outlet, rating, title)


@pytest.mark.parametrize(("name", "outlet", "example"), EXAMPLES, ids=str)
def test_every_example_is_as_its_file_says(name: str, outlet: str, example: dict[str, Any]) -> None:
    for known_as in (name, outlet):
        assert scale(example.get("rating", ""), known_as, example.get("title", "")) is Scale(example["scale"])


def test_every_value_of_the_scale_has_a_common_word_in_both_languages_or_is_international() -> None:
    common = next(data["ratings"] for data in map(tomllib.loads, ours()) if "ratings" in data)
    assert set(common) == set(Scale)


@pytest.mark.parametrize(
    ("rating", "expected"),
    [
        ("SALAH", Scale.FALSE),
        (" salah. ", Scale.FALSE),
        ("[HOAKS]", Scale.FALSE),
        ("❌ False", Scale.FALSE),
        ("“Missing   context”", Scale.MISSING_CONTEXT),
        ("Sebagian benar", Scale.MIXED),
        ("Half-True", Scale.MIXED),
        ("tidak terbukti", Scale.UNPROVEN),
        ("BENAR!", Scale.TRUE),
    ],
)
def test_capitals_spaces_and_what_stands_around_do_not_matter(rating: str, expected: Scale) -> None:
    assert scale(rating) is expected


@pytest.mark.parametrize(
    "rating",
    [
        "tidak salah",
        "bukan hoaks",
        "not false",
        "Not entirely false",
        "untrue?!maybe",
        "salah satu benar",
        "SALAHKAH",
        "Benarkah",
        "Hampir benar",
        "hoaks atau fakta",
        "benar/salah",
        "salah, benar",
        "Fakta",
        "Cek Fakta",
        "Viral",
        "1",
        "5/5",
        "-1",
        "…",
        "❌",
        "",
        "   ",
    ],
)
def test_what_nobody_listed_is_never_guessed(rating: str) -> None:
    assert scale(rating) is None


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("[SALAH] Foto antrean di Kota Arang", Scale.FALSE),
        ("(HOAX) Foto antrean", Scale.FALSE),
        ("  [ Sebagian benar ] Foto antrean", Scale.MIXED),
        ("[BENAR] Foto antrean [SALAH]", Scale.TRUE),
        ("Foto antrean [SALAH]", None),
        ("Salah satu foto antrean", None),
        ("SALAH: foto antrean", None),
        ("Benar, foto antrean", None),
        ("[Fakta atau Hoaks] Benarkah foto antrean?", None),
        ("[TIDAK SALAH] Foto antrean", None),
        ("[SALAH Foto antrean", None),
    ],
)
def test_a_title_may_begin_with_a_rating_in_brackets(title: str, expected: Scale | None) -> None:
    assert scale("", title=title) is expected


def test_only_where_a_publisher_writes_so_do_other_marks_count() -> None:
    for title in ("Keliru, foto antrean", "Keliru: foto antrean"):
        assert scale("", "Tempo", title) is Scale.FALSE
        assert scale("", NOBODY, title) is None
    assert scale("", "ANTARA", "Hoaks! Foto antrean") is Scale.FALSE
    assert scale("", "Tempo", "Hoaks! Foto antrean") is None
    assert scale("", "Tempo", "Keliru menilai, warga antre") is None
    assert scale("", "Tempo", "Benarkah, foto antrean") is None


def test_the_rating_that_was_given_counts_before_the_title() -> None:
    assert scale("BENAR", title="[SALAH] Foto antrean") is Scale.TRUE
    assert scale("Entah", title="[SALAH] Foto antrean") is None


@pytest.mark.parametrize(
    ("outlet", "url"),
    [
        ("TurnBackHoax", ""),
        ("turnbackhoax.ID", ""),
        ("kalimasada.turnbackhoax.id", ""),
        ("Tim Pemeriksa", "https://turnbackhoax.id/2020/01/02/salah"),
        ("", "http://www.turnbackhoax.id:80/x"),
    ],
)
def test_a_publisher_is_known_by_its_names_its_sites_and_their_parts(outlet: str, url: str) -> None:
    article = check("Foto antrean", outlet=outlet, url=url, rating="HASUT")
    assert shipped().of(article) is Scale.NO_VERDICT
    assert shipped().publisher(article) == "TurnBackHoax"


def test_a_site_that_only_ends_alike_is_another_publisher() -> None:
    assert scale("HASUT", "bukanturnbackhoax.id") is None
    assert shipped().publisher(check("Foto", outlet="Bukan Tempo")) == "bukan tempo"
    assert shipped().publisher(check("Foto", outlet="", url="https://uji.example/1")) == "uji.example"


def test_unmapped_is_the_word_as_the_publisher_wrote_it() -> None:
    assert shipped().unmapped(check("Foto", rating=" Agak Laen ")) == "Agak Laen"
    assert shipped().unmapped(check("Foto", rating="SALAH")) == ""
    assert shipped().unmapped(check("Foto", rating="")) == ""


OWN = """
[ratings]
unproven = ["Agak Laen"]

[[publisher]]
name = "Harian Uji"
outlets = ["uji.example"]
marks = [":"]
ratings.false = ["Ngawur"]
ratings.misleading = ["Salah"]

[[publisher]]
name = "Tempo"
outlets = ["tempo.example"]
ratings.mixed = ["Keliru"]
"""


def test_an_operator_adds_words_and_publishers_and_overrides_ours() -> None:
    ratings = Ratings([*ours(), OWN])
    assert ratings.scale("Siapa pun", "agak laen") is Scale.UNPROVEN
    assert ratings.scale("cek.uji.example", "NGAWUR") is Scale.FALSE
    assert ratings.scale("Harian Uji", "", "Ngawur: foto antrean") is Scale.FALSE
    assert ratings.scale("Harian Uji", "Salah") is Scale.MISLEADING
    assert ratings.scale("Siapa pun", "Salah") is Scale.FALSE
    assert ratings.scale("Siapa pun", "Ngawur") is None
    assert ratings.scale("cekfakta.tempo.co", "Keliru") is ratings.scale("tempo.example", "Keliru") is Scale.MIXED
    assert ratings.scale("Tempo", "Sesat") is Scale.MISLEADING
    assert shipped().scale("Tempo", "Keliru") is Scale.FALSE


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[ratings]\nflase = ["Salah"]', "there is no 'flase' on the scale; there are: false, misleading"),
        ('[ratings]\nfalse = "Salah"', "ratings.false must be a list of words"),
        ('[ratings]\nfalse = ["!"]', "ratings.false must be a list of words"),
        ("ratings = 7", "ratings must be a table"),
        ('[ratings]\nfalse = ["Salah"]\ntrue = ["SALAH"]', "'salah' is both false and true"),
        ("[[publisher]]\noutlets = []", "a publisher has no name"),
        ('[[publisher]]\nname = "A"\nmarks = ["?"]', "marks must be a list of some of: ! , :"),
        ('[[publisher]]\nname = "A"\nwords = []', "'words' is not known here; there are: name, outlets"),
        ("[rating]", "'rating' is not known here; there are: ratings, publisher"),
        ("[ratings", "Expected"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        Ratings([text])


@pytest.mark.parametrize(
    ("scales", "expected"),
    [
        ((Scale.FALSE, Scale.TRUE), True),
        ((Scale.FALSE, Scale.UNPROVEN), True),
        ((Scale.FALSE, Scale.MISSING_CONTEXT), True),
        ((Scale.SCAM, Scale.MIXED), True),
        ((Scale.FALSE, Scale.MISLEADING, Scale.ALTERED, Scale.SATIRE, Scale.SCAM), False),
        ((Scale.MISLEADING, Scale.MISSING_CONTEXT), False),
        ((Scale.MISLEADING, Scale.FALSE, Scale.MISSING_CONTEXT), True),
        ((Scale.TRUE, Scale.NO_VERDICT), False),
        ((Scale.TRUE, None), False),
        ((Scale.TRUE, Scale.TRUE), False),
        ((), False),
    ],
)
def test_publishers_disagree_where_readers_would_conclude_otherwise(
    scales: tuple[Scale | None, ...], expected: bool
) -> None:
    assert disagree(scales) is expected
    assert disagree(scales[::-1]) is expected
