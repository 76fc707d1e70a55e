from __future__ import annotations

from datetime import UTC, datetime

import pytest

from periksa.answers.same import file_text, is_file, keys, refusal, text_key
from periksa.model import Media, Message, MessageKind, Query
from periksa.readers.text import TextReader

THEN = datetime(2026, 3, 1, 8, tzinfo=UTC)
READER = TextReader()
FORWARD = (
    "Mulai bulan depan semua kendaraan bermotor yang berusia lebih dari sepuluh tahun dilarang membeli bahan bakar "
    "bersubsidi di seluruh stasiun pengisian, dan pemiliknya wajib mendaftar ulang di kantor kelurahan setempat "
    "dengan membawa kartu keluarga serta bukti pelunasan pajak selama tiga tahun terakhir."
)


def asked(text: str) -> Query:
    return READER.read(Message("m", "c", "web", "p", MessageKind.TEXT, THEN, THEN, text=text))


def meet(one: str, other: str) -> bool:
    return bool(keys(asked(one)) & keys(asked(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kopi luwak bersertifikat", "KOPI LUWAK BERSERTIFIKAT!!"),
        ("kopi luwak bersertifikat", "min, kopi luwak bersertifikat bener ga sih?"),
        (FORWARD, f"*{FORWARD.upper()}* 🙏🙏\nSebarkan!"),
        (FORWARD, FORWARD.replace("setempat", "terdekat")),
        (FORWARD, FORWARD.replace("pemiliknya wajib", "pemiliknya harus")),
        ("https://kabar.example/a/1", "cek dong http://www.kabar.example/a/1/?utm_source=wa"),
    ],
)
def test_the_same_question_has_a_key_in_common(one: str, other: str) -> None:
    assert meet(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kopi luwak bersertifikat", "kopi luwak haram"),
        ("gaji guru naik 2025", "gaji guru naik 2026"),
        ("vaksin halal", "vaksin tidak halal"),
        (FORWARD, FORWARD.replace("sepuluh tahun", "10 tahun").replace("tiga tahun", "5 tahun")),
        (FORWARD, FORWARD.replace("dilarang membeli", "tidak dilarang membeli")),
        (FORWARD, FORWARD.replace("seluruh stasiun pengisian", "seluruh stasiun pengisian Surabaya")),
        ("https://kabar.example/a/1", "https://kabar.example/a/2"),
        ("https://kabar.example/", "https://kabar.example"),
        (f"{FORWARD} https://chat.example/grup", "kopi luwak dari lereng gunung https://chat.example/grup"),
    ],
)
def test_another_question_has_none(one: str, other: str) -> None:
    """field: "the same URL with `fbclid` or `m.` not matched; a changed year, number, name answered with the other"."""
    assert not meet(one, other)


def test_copies_of_a_file_meet_and_files_without_a_hash_do_not() -> None:
    nothing = asked("")
    assert keys(nothing, Media("1", sha256="ab")) & keys(nothing, Media("2", sha256="ab"))
    assert keys(nothing, Media("1")) == set()


def test_questions_for_which_the_same_was_refused_meet() -> None:
    one, other = asked("kopi luwak langka"), asked("harga kopi luwak turun")
    assert not keys(one) & keys(other)
    assert keys(one, refused=["a", "b"]) & keys(other, refused=["b", "a"])
    assert not keys(one, refused=["a"]) & keys(other, refused=["b"])
    assert refusal(one, "a") in keys(one, refused=["a"])
    assert refusal(other, "a") not in keys(one, refused=["a"])


def test_keys_hold_no_words() -> None:
    found = keys(asked(FORWARD), refused=["a"])
    assert len(found) > 4
    assert not any(word in key for key in found for word in ("kendaraan", "bahan"))
    assert text_key(asked("")) == ""


def test_what_stands_for_a_file_is_known_again() -> None:
    assert is_file(file_text(MessageKind.IMAGE))
    assert not is_file("image")
