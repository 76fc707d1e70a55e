from __future__ import annotations

import random
from time import perf_counter

import pytest

from periksa.answers.feelings import LONGEST_OWN, Feeling, feeling
from periksa.lang import LANGUAGES


@pytest.mark.parametrize(
    "text",
    [
        "saya mau bunuh diri",
        "Saya ingin bunuh diri karena pinjol",
        "pengen mati aja",
        "min, aku pengen mati aja rasanya",
        "min mau curhat, aku pengen mati aja",
        "aku udah gak kuat. pengen mati",
        "gue mau bundir",
        "lebih baik aku mati aja",
        "saya mau mengakhiri hidup saya",
        "Aku capek banget pengen mati",
        "hutang saya banyak, suami pergi, saya mau bunuh diri",
        "saya sudah tidak mau hidup lagi",
        "aku akan bunuh diri malam ini",
        "saya bener-bener ingin mati",
        "sy pgn mati",
        "I want to kill myself",
        "i just want to die",
        "I'm going to kill myself",
        "i wanna die",
        "I don't want to live anymore",
        "I am so tired and I want to die",
    ],
)
def test_somebody_wants_to_die(text: str) -> None:
    assert feeling(text) is Feeling.DESPAIR


@pytest.mark.parametrize(
    "text",
    [
        "artis sinetron bunuh diri",
        "benarkah siswa bunuh diri karena pinjol",
        "apakah benar guru honorer bunuh diri",
        "siswa mau bunuh diri karena pinjol",
        "pinjol bikin orang mau bunuh diri",
        "Mau bunuh diri, pria ini diselamatkan polisi",
        "Ingin mati, kakek lompat dari jembatan",
        "Kakek sakit menahun, ingin mati",
        "guru ingin bunuh diri karena gajinya tidak dibayar",
        "tetangga saya bilang, saya mau bunuh diri",
        "Saya mau bunuh diri, tulis korban dalam surat terakhirnya",
        "Aku ingin mati judul lagu yang dilarang",
        "“Saya mau bunuh diri” di dinding sekolah",
        "saya mau tanya soal berita bunuh diri",
        "saya mau tahu apakah benar artis itu bunuh diri",
        "apakah saya akan mati kalau minum air dingin setelah makan durian",
        "saya akan mati kalau divaksin",
        "nenek saya mau mati karena vaksin",
        "hp saya mau mati",
        "saya mau mati lampu besok",
        "aku mau mati ketawa",
        "saya tidak mau mati",
        "saya gak mau bunuh diri",
        "jangan bunuh diri",
        "bunuh diri",
        "hukum bunuh diri dalam islam",
        "saya mau bunuh nyamuk",
        "saya mau bunuh diri https://berita.example/viral",
        "suicide",
        "the actor killed himself",
        "I want to know if the actor killed himself",
        "Is it true that students want to kill themselves?",
        "I will die if I drink coffee after durian?",
        "I want to die in peace, says the minister",
        "anjing",
        "anjing rabies di Bali",
        "terima kasih sudah vaksin",
        "makasih, tapi ini hoax?",
        "makasih https://cek.example/garam",
        "orang bodoh kebal corona",
        "",
    ],
)
def test_a_claim_is_no_feeling(text: str) -> None:
    assert feeling(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "makasih",
        "terima kasih banyak",
        "Makasih ya min 🙏",
        "ok makasih infonya",
        "terima kasih atas jawabannya kak",
        "Makasih, sangat membantu",
        "matur suwun",
        "thanks",
        "Thank you so much!",
    ],
)
def test_thanks(text: str) -> None:
    assert feeling(text) is Feeling.THANKS


@pytest.mark.parametrize("text", ["bot bodoh", "goblok", "dasar bot tolol lu", "anjing lu", "stupid bot"])
def test_insults(text: str) -> None:
    assert feeling(text) is Feeling.INSULT


def test_no_text_takes_long() -> None:
    """A pattern that could be read in two ways took minutes for texts like these."""
    chance, begun = random.Random(5), perf_counter()
    for words in [lang.despair for lang in LANGUAGES.values()] * 150:
        some = chance.sample(sorted(words.who | words.around | words.want | words.will | words.over), 4)
        feeling(" ".join(chance.choices(some, k=LONGEST_OWN))[:LONGEST_OWN])
    assert perf_counter() - begun < 10
