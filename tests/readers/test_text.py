from __future__ import annotations

from datetime import UTC, datetime

import pytest

from periksa.model import Message, MessageKind, Query, QueryKind
from periksa.readers.text import LONGEST, TextReader, without_wrapping

THEN = datetime(2026, 3, 1, 8, tzinfo=UTC)


def read(text: str) -> Query:
    return TextReader().read(Message("m-1", "c-1", "web", "p-1", MessageKind.TEXT, THEN, THEN, text=text))


@pytest.mark.parametrize(
    "text", ["ok", "👍", "🙏🙏🙏", "terima kasih", "makasih banyak ya kak", "sip", "a", "?", "wkwkwk", "STOP", "1"]
)
def test_politeness_is_chatter(text: str) -> None:
    assert read(text).kind is QueryKind.CHATTER
    assert read(text).words == ()


@pytest.mark.parametrize(
    "text",
    [
        "halo",
        "Halo!",
        "selamat pagi min",
        "Assalamu'alaikum wr. wb.",
        "P",
        "menu",
        "Hi, good morning",
        "halo kak mau tanya",
    ],
)
def test_greetings_are_greetings(text: str) -> None:
    assert read(text).kind is QueryKind.GREETING


@pytest.mark.parametrize(
    "text",
    [
        "ini hoax bukan min?",
        "apakah berita ini benar?",
        "mohon dicek faktanya",
        "bener gak sih?",
        "is this true?",
        "cek fakta",
        "video ini",
    ],
)
def test_a_question_that_names_nothing_has_no_words(text: str) -> None:
    assert (read(text).kind, read(text).words) == (QueryKind.KEYWORD, ())


def test_a_bare_link_is_empty_but_the_link_is_kept() -> None:
    query = read("https://bit.example/3xYz?fbclid=1")
    assert query.kind is QueryKind.EMPTY
    assert query.links == ("https://bit.example/3xYz?fbclid=1",)


def test_a_telephone_number_is_its_digits() -> None:
    assert read("08123456789").words == ("08123456789",)


def test_the_longer_the_message_the_less_it_is_a_keyword() -> None:
    sentence = "Pemerintah Kota Bandung akan membagikan beras gratis kepada pengemudi ojek mulai hari Senin"
    assert read("vaksin haram").kind is QueryKind.KEYWORD
    assert read(sentence).kind is QueryKind.SENTENCE
    assert read(f"{sentence}. " * 4).kind is QueryKind.FORWARD


@pytest.mark.parametrize(
    "text",
    [
        "Apakah benar {}?",
        "apa benar {}",
        "Benarkah {}?",
        "bnr gk sih {}",
        "ini beneran gak sih? {}",
        "Kak, bener gak kalo {}",
        "Halo min, mau nanya dong ini bener ga ya: {}",
        "Assalamualaikum wr wb. mohon dicek min, {}",
        "Selamat siang min mau tanya apakah benar {}",
        "Saya mau tanya, apakah ini benar? {}",
        "izin bertanya kak: {}",
        "min {}, hoax bukan?",
        "{} hoaks atau fakta",
        "{}, mohon dicek min",
        "tolong cek faktanya ya: {}",
        "Info dari grup sebelah: {}",
        "Diteruskan berkali-kali\n{}\nSebarkan ke semua grup!!",
        "*Forwarded many times*\n{}",
        "{}\nTolong sebarkan ke keluarga dan teman",
        "Copas dari WAG sebelah\n{}",
        "{} https://bit.example/x 👇👇",
        "*Diteruskan berkali-kali* {}",
        "Fwd dari grup RT: {}",
        "fw: {}",
        "Dapat kiriman dari teman: {}",
        "Info valid dari orang dalam: {}",
        "Terusan dari grup alumni, {}",
        "Forwarded message from Bu Tuti:\n{}",
        "{}. Sebarkan!!",
        "{}, SEBARKAN ke semua grup WA kalian!!!",
        "viralkan!!! {}",
        "{}. Tolong share ya bapak ibu",
        "{}. Mohon bantu sebarkan agar tidak ada korban",
        "Ayo sebarkan agar semua orang tahu\n{}",
        "{}. Jangan berhenti di kamu, sebarkan sebanyak mungkin",
        "Up terus biar viral\n{}",
        "{}\nSumber: Radio Merdeka",
        "{} (sumber: grup WA)",
        "{}. Sumber: berita.example",
        "{}\nvia: WAG",
        "Baca selengkapnya di sini: https://x.example {}",
        "{} #viral #fyp #hoax",
        "{}\nTtd, dr. Anu",
        "{}\nHormat kami, Humas",
        "{}\nSalam, Admin",
        "{}\nWassalamualaikum wr. wb.",
        "{}. Semoga bermanfaat 🙏",
        "{}\nTerima kasih",
        "‼️‼️ {} 😱😱😱",
        "1️⃣ {}",
        "=====\n```{}```\n=====",
        "ini hoax bukan ya {}",
        "cek fakta: {}",
        "ini beneran ato hoaks? {}",
        "{} itu benar?",
    ],
)
def test_what_is_wrapped_round_a_claim_is_taken_off(text: str) -> None:
    claim = "air kelapa menyembuhkan covid"
    assert set(read(text.format(claim)).words) == set(read(claim).words)


@pytest.mark.parametrize(
    "text",
    [
        "Is it true that {}?",
        "Hello, is this true? {}",
        "Please verify: {}",
        "Good morning, can you check if {}",
        "{} true or fake",
        "As received: {}",
        "Just forwarding as received: {}",
        "[Forwarded]\n{}",
        "{}. Must share!!",
        "{}, pls forward to all groups",
        "Please share with your loved ones. {}",
        "{}\nSent from my iPhone",
        "Source: Facebook\n{}",
    ],
)
def test_english_wrapping_is_taken_off(text: str) -> None:
    claim = "garlic water cures the virus"
    assert set(read(text.format(claim)).words) == set(read(claim).words)


@pytest.mark.parametrize(
    "claim",
    [
        "Vaksin ini benar-benar berbahaya",
        "Menkes mengatakan benar ada kebocoran data",
        "Polisi membenarkan kabar penculikan anak",
        "KPU: benar tidak ada kecurangan",
        "Benar tidak ada pajak untuk gaji 10 juta",
        "Pemerintah sebarkan uang Rp600 ribu ke semua warga",
        "Sebarkan ke semua warga bahwa besok gempa\nkata BMKG",
        "Bagikan pesan ini ke 10 teman dan dapatkan kuota gratis\nberlaku hari ini",
        "Bagikan ke 10 orang untuk mendapat uang\nresmi dari bank",
        "Jangan sebarkan hoaks",
        "Presiden: fakta bukan hoaks, vaksin aman",
        "Sumber air di Gunungkidul kering",
        "Sumber: air di Gunungkidul kering kata warga setempat, dan sumur warga ikut kering sejak Juli lalu",
        "Info dari BMKG: gempa besar besok malam",
        "Forward dari Belanda: Zirkzee pindah ke Persib",
        "Polisi menangkap penyebar video. Bagikan beras ke warga, kata Kapolri",
        "Salam dua jari dilarang KPU",
        "Terima kasih Jokowi tertulis di baliho",
        "Viralkan video mesum dipenjara",
        "Menteri: buka bantuan, bagikan ke semua warga miskin",
        "Presiden tanda tangan, hormat kami dilarang",
        "Admin WhatsApp akan dipenjara",
        "Min Aung Hlaing meninggal dunia",
        "Gan Kim Yong mengundurkan diri",
        "Bang Yos masuk rumah sakit",
        "Ibu ini melahirkan sebelas anak",
        "Pagi ini gempa mengguncang Jakarta",
        "Hi-Tech Mall terbakar",
        "Warga minta klarifikasi presiden soal ijazah",
        "Menteri minta konfirmasi KPK soal dana haji",
        "Tembakan datang dari sebelah kanan",
        "Program makan gratis diteruskan",
        "Teruskan perjuangan\nkata Prabowo",
        "Suhu kutub turun 5 min",
        "Trump copied a picture of Hitler",
        "Share price of the bank falls to zero\nsays analyst",
        "Good Morning Vietnam is banned",
        "Forward Zirkzee signs for Persib\nofficial",
        "The minister said it is not true",
    ],
)
def test_a_claim_is_left_as_it_is(claim: str) -> None:
    assert without_wrapping(claim) == claim


@pytest.mark.parametrize(
    "text", ["Forwarded as received\nAir kelapa menyembuhkan covid", "Up terus biar viral\nAir kelapa sembuhkan covid"]
)
def test_the_language_is_that_of_the_claim_not_of_its_wrapping(text: str) -> None:
    assert read(text).language == "id"


def test_an_english_keyword_is_answered_in_english() -> None:
    assert (read("vaccine microchip").language, read("vaksin chip").language) == ("en", "id")


@pytest.mark.parametrize("text", ["Sebarkan!!", "Diteruskan", "benarkah?", "Share"])
def test_where_only_wrapping_is_left_it_is_the_text(text: str) -> None:
    assert without_wrapping(text) == text


def test_a_negation_in_the_claim_survives_the_question_round_it() -> None:
    assert read("apa benar tidak ada pajak gaji?").negated
    assert read("bener gak boleh minum es?").negated
    assert not read("bener gak sih minum es bikin pilek?").negated


def test_invisible_characters_are_gone_and_lines_stay() -> None:
    assert read("vak\u200bsin\u202e \t haram\nkata  MUI\ud800").text == "vaksin haram\nkata MUI"


def test_numbers_and_language_are_read_off_the_claim() -> None:
    query = read("Is it true that the minister gets Rp1.500.000 in 2026?")
    assert (query.numbers, query.language) == (("1500000", "2026"), "en")


def test_no_more_is_read_than_the_longest_message() -> None:
    assert "ekor" not in read("kepala " + "x" * LONGEST + " ekor").words


@pytest.mark.parametrize(
    "hostile",
    [
        "!\n" * 4000,
        "\n" * 8000,
        "!" * 8000,
        "tolong " * 1100,
        "sebarkan ke " * 660,
        "bener gak ya ya " * 500,
        "min, " * 1600,
        ". " + "!" * 7900,
        ". sebarkan ke semua " * 400,
        "forward dari grup " * 440,
        "ini hoax bukan ya " * 440,
        "terima kasih " * 600,
    ],
)
def test_hostile_repetition_is_read_in_no_time(hostile: str) -> None:
    assert len(read(hostile).text) <= LONGEST
