from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from periksa.lang import analysis
from periksa.lang.analysis import fold, grams, language_of, negated, numbers, tokens, words

ANY_TEXT = st.text(st.characters(codec=None), max_size=80)


@pytest.mark.parametrize(
    "form", ["divaksin", "vaksinasi", "vaksin", "VAKSIN", "memvaksin", "vaksinnya", "vaksn", "vaxin"]
)
def test_forms_of_one_word_meet(form: str) -> None:
    assert words(form) == ("vaksin",)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("yg", ()),
        ("gk bnr", ("tidak", "benar")),
        ("loker", ("lowong", "kerja")),
        ("hp", ("ponsel",)),
        ("sebarin", ("sebar",)),
        ("hoax", ("hoaks",)),
    ],
)
def test_slang_is_spelled_out(typed: str, meant: tuple[str, ...]) -> None:
    assert words(typed) == meant


@pytest.mark.parametrize(
    ("evading", "plain"),
    [("T3RANC4M", "terancam"), ("p3m4k4man", "pemakaman"), ("v@ksin", "vaksin"), ("k0r0na", "korona")],
)
def test_digits_that_stand_for_letters_are_read_as_letters(evading: str, plain: str) -> None:
    assert words(evading) == words(plain)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("covid19", ("covid", "19")),
        ("COVID-19", ("covid", "19")),
        ("Pilpres2024", ("pilpres", "2024")),
        ("5G", ("5g",)),
        ("G30S", ("g30s",)),
        ("H5N1", ("h5n1",)),
        ("1945", ("1945",)),
        ("2024", ("2024",)),
    ],
)
def test_digits_that_are_digits_stay(written: str, read: tuple[str, ...]) -> None:
    assert words(written) == read


@pytest.mark.parametrize("many", ["anak-anak", "anak2"])
def test_a_doubled_word_is_that_word(many: str) -> None:
    assert set(words(many)) == set(words("anak"))


@pytest.mark.parametrize(
    ("spoken", "written"), [("ngelacak", "melacak"), ("ngebunuh", "membunuh"), ("dokter2", "dokter")]
)
def test_colloquial_forms_meet_the_written_ones(spoken: str, written: str) -> None:
    assert words(spoken) == words(written)


@pytest.mark.parametrize(
    "disguised",
    [
        "vak\u200bsin",
        "\u202evaksin\u202c",
        "v\u00e1ksin",
        "va\u0308ksin",
        "v\u0430ksin",
        "\uff36\uff21\uff2b\uff33\uff29\uff2e",
        "\U0001d5e9\U0001d5ee\U0001d5f8\U0001d600\U0001d5f6\U0001d5fb",
    ],
    ids=["zero width", "direction", "accent", "combining", "Cyrillic a", "full width", "bold"],
)
def test_a_disguised_word_is_that_word(disguised: str) -> None:
    assert words(disguised) == ("vaksin",)


def test_links_are_not_words() -> None:
    assert words("cek https://situs-palsu.example/vaksin?x=1 dan www.lain.example/haji ya") == ("cek",)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Rp1.500.000", ("1500000",)),
        ("Rp 1,500,000", ("1500000",)),
        ("250 ribu", ("250000",)),
        ("250 rb", ("250000",)),
        ("3 miliar", ("3000000000",)),
        ("3 crore", ("30000000",)),
        ("pemilu 2024, bukan 2029", ("2024", "2029")),
        ("pukul 18.00", ("18",)),
        ("tanpa angka", ()),
    ],
)
def test_numbers_are_read_as_digits(written: str, read: tuple[str, ...]) -> None:
    assert numbers(written) == read


def test_an_amount_is_one_word_however_it_is_written() -> None:
    assert words("Rp1.500.000") == words("rp. 1,500,000") == ("1500000",)


def test_character_grams_span_words_and_stand_once() -> None:
    assert grams("es es") == ("_es_", "es_e", "s_es")
    assert grams("") == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Apakah benar vaksin itu haram?", "id"),
        ("Is it true that the vaccine is dangerous?", "en"),
        ("Adakah benar kerajaan akan memberi bantuan kepada rakyat?", "id"),
        ("Joko Widodo", "id"),
        ("ok", "id"),
        ("vaksin", "id"),
        ("👍", "id"),
        ("", "id"),
    ],
    ids=["Indonesian", "English", "Malay", "names", "ok", "one word", "emoji", "nothing"],
)
def test_the_language_is_the_one_whose_common_words_are_used(text: str, code: str) -> None:
    assert language_of(text) == code


def test_without_evidence_the_default_is_what_it_was_told() -> None:
    assert language_of("Joko Widodo", default="en") == "en"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("vaksin tidak berbahaya", "id"),
        ("vaksin gak bahaya", "id"),
        ("Shell tak akan tutup", "id"),
        ("belum ada buktinya", "id"),
        ("bukanlah virus", "id"),
        ("the vaccine is not safe", "en"),
        ("vaccines don't kill", "en"),
        ("there is no chip", "en"),
    ],
)
def test_negations_are_noticed(text: str, code: str) -> None:
    assert negated(words(text, code))


@pytest.mark.parametrize("text", ["vaksin berbahaya", "Shell akan tutup", "bukti batalnya pemilu", ""])
def test_what_denies_nothing_is_not_negated(text: str) -> None:
    assert not negated(words(text))


def test_an_unknown_language_is_read_as_the_default() -> None:
    assert words("divaksin", "xx") == words("divaksin", "ms") == words("divaksin", "id")


@given(ANY_TEXT, st.sampled_from(["id", "en", "ms", ""]))
def test_any_text_becomes_words_that_an_engine_can_keep(text: str, code: str) -> None:
    for word in (*words(text, code), *grams(text), *tokens(text), *numbers(text)):
        assert word
        assert not any(char.isspace() for char in word)
        word.encode()


@given(ANY_TEXT)
def test_folding_and_naming_the_language_never_fail(text: str) -> None:
    assert fold(text).encode() is not None
    assert language_of(text) in {"id", "en"}


@pytest.mark.parametrize(
    "hostile", ["1.234" * 1600, "4a" * 4000, "rp. " * 2000, "http://" * 1100, "a" * 8000, "1," * 4000]
)
def test_hostile_repetition_ends(hostile: str) -> None:
    assert len("".join(analysis.words(hostile))) <= len(hostile)
