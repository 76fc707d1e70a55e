from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from periksa.lang import analysis
from periksa.lang.analysis import fold, grams, negated, numbers, tokens, words

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


@pytest.mark.parametrize("name", ["covid19", "COVID-19", "covid 19", "corona-19"])
def test_a_number_that_is_part_of_a_name_is_none(name: str) -> None:
    assert numbers(f"{name} di 34 provinsi") == ("34",)
    assert len(words(name)) == 1


@pytest.mark.parametrize("many", ["anak-anak", "anak2", "anak²", "anak-anaknya", "anak2nya", "ANAK-ANAK"])
def test_a_doubled_word_is_that_word_once(many: str) -> None:
    assert words(many) == words("anak")


@pytest.mark.parametrize(
    ("root", "forms"),
    [
        ("tutup", "menutup ditutup penutupan menutupi nutup nutupin ditutupnya tertutup"),
        ("terima", "menerima diterima penerima penerimaan nerima diterimanya"),
        ("kirim", "mengirim dikirim pengiriman kiriman ngirimin dikirimkan"),
        ("culik", "menculik diculik penculikan nyulik penculiknya"),
        ("sebar", "menyebar disebarkan penyebaran nyebarin tersebar"),
        ("periksa", "memeriksa diperiksa pemeriksaan periksalah"),
        ("bayar", "membayar dibayar pembayaran mbayar bayarin dibayar-bayar"),
        ("milik", "memiliki dimiliki pemilik kepemilikan"),
        ("mudah", "mempermudah memudahkan kemudahan dimudahkan"),
        ("kaji", "mengkaji pengajian kajian"),
    ],
)
def test_forms_of_a_verb_meet_in_their_root(root: str, forms: str) -> None:
    assert set(words(f"{root} {forms}")) == {root}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("meninggal", "tinggal"),
        ("perintah", "pemerintah"),
        ("keluar", "luar"),
        ("terbang", "bang"),
        ("menang", "tang"),
        ("beruang", "uang"),
        ("sejarah", "jarah"),
        ("penyakit", "sakit"),
    ],
)
def test_a_word_that_only_looks_like_a_form_is_its_own(one: str, other: str) -> None:
    assert words(one) != words(other)


@pytest.mark.parametrize(
    ("drawn", "plain"), [("bangeeet", "banget"), ("mantaaap", "mantap"), ("hoaaaxxx", "hoax"), ("GRATISSS", "gratis")]
)
def test_letters_that_are_drawn_out_count_once(drawn: str, plain: str) -> None:
    assert words(drawn) == words(plain)


def test_roman_numerals_are_not_drawn_out() -> None:
    assert tokens("Paku Buwono XIII") == ["paku", "buwono", "xiii"]
    assert words("xiii") != words("xi")


@pytest.mark.parametrize("spaced", ["k o r u p s i", "k-o-r-u-p-s-i", "K.O.R.U.P.S.I", "k*o*r*u*p*s*i"])
def test_letters_one_by_one_are_a_word(spaced: str) -> None:
    assert words(f"dana {spaced} haji") == ("dana", "korupsi", "haji")


@pytest.mark.parametrize(
    ("tag", "read"),
    [
        ("#TolakVaksin", ["tolak", "vaksin"]),
        ("#2024GantiPresiden", ["2024", "ganti", "presiden"]),
        ("#GantiPresiden2024", ["ganti", "presiden", "2024"]),
        ("#COVID19", ["covid"]),
        ("#banjir", ["banjir"]),
        ("WhatsApp", ["whatsapp"]),
    ],
)
def test_a_hashtag_is_its_words(tag: str, read: list[str]) -> None:
    assert tokens(tag) == read


def test_a_mention_is_a_name() -> None:
    assert words("@jokowi") == words("jokowi")


@pytest.mark.parametrize(
    ("mixed", "read"),
    [
        ("Iki bener opo ora vaksin haram?", ("benar", "tidak", "vaksin", "haram")),
        ("ojo divaksin, durung halal", ("jangan", "vaksin", "belum", "halal")),
        ("kabeh wong ngombe banyu kelapa", ("semua", "orang", "minum", "air", "kelapa")),
        ("ieu leres teu vaksin haram?", ("benar", "tidak", "vaksin", "haram")),
        ("sadaya jalma kudu nginum", ("semua", "orang", "kudu", "minum")),
        ("teh hijau dari Tanah Karo", ("teh", "hijau", "tanah", "karo")),
    ],
)
def test_javanese_and_sundanese_particles_are_read(mixed: str, read: tuple[str, ...]) -> None:
    assert words(mixed) == read


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
        "\u1d20\u1d00\u1d0b\ua731\u026a\u0274",
        "\u03bd\u03b1\u03bas\u03b9n",
        "\u24e5\u24d0\u24da\u24e2\u24d8\u24dd",
        "\U0001f165\U0001f150\U0001f15a\U0001f162\U0001f158\U0001f15d",
        "\U0001f185\U0001f170\U0001f17a\U0001f182\U0001f178\U0001f17d",
        "vak\u00adsin",
    ],
    ids=[
        *("zero width", "direction", "accent", "combining", "Cyrillic a", "full width", "bold", "small capitals"),
        *("Greek", "circled", "white on black circles", "white on black squares", "soft hyphen"),
    ],
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
def test_folding_never_fails(text: str) -> None:
    assert fold(text).encode() is not None


@pytest.mark.parametrize(
    "hostile",
    [
        "a-b-" * 2000,
        "aaa-" * 2000,
        "#aB" * 2600,
        "1.234" * 1600,
        "4a" * 4000,
        "rp. " * 2000,
        "http://" * 1100,
        "a" * 8000,
        "1," * 4000,
    ],
)
def test_hostile_repetition_ends(hostile: str) -> None:
    assert len("".join(analysis.words(hostile))) <= len(hostile)
