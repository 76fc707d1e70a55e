"""Every guard by itself: what it must catch, and what it must let pass."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from tests.answers.conftest import ask, check, found

from periksa.answers.guards import GUARDS, contradiction
from periksa.model import QueryKind


def doubt(question: str, claim: str, kind: QueryKind = QueryKind.SENTENCE, language: str = "id", **more: object) -> str:
    query, article = ask(question, kind, language), check(claim, language=language, **more)
    return contradiction(query, article, found(query, article))


SOUTH = "Bank Mandiri menutup 50 kantor cabang di Garut pada 3 Agustus 2024"


@pytest.mark.parametrize(
    ("question", "claim", "why"),
    [
        ("nomor 0857-5550-9876 minta OTP", "Nomor +62 812 5550 1234 minta OTP", "another phone number"),
        ("haji 2025 dibatalkan", "Haji 2024 dibatalkan", "another year"),
        ("diskon listrik 20 agustus", "Diskon listrik 3 Agustus", "another date"),
        ("diskon listrik oktober", "Diskon listrik 3 Agustus", "another date"),
        ("mogok nasional hari jumat", "Mogok nasional hari Senin", "another date"),
        ("bantuan beras tiga kilogram", "Bantuan beras 20 kilogram", "another number"),
        ("bantuan dua juta", "Bantuan Rp600 ribu", "another number"),
        ("BNI bagi undian mobil", "BRI bagi undian mobil", "another bank"),
        ("undian mobil dari livin", "Undian mobil dari Bank Central Asia", "another bank"),
        ("loker PLN tanpa tes", "Lowongan kerja Pertamina tanpa tes", "another company"),
        ("Kemensos wajibkan masker", "Menteri Kesehatan wajibkan masker", "another organisation"),
        ("PAN bagi minyak", "PKS bagi minyak", "another party"),
        ("megawati terima medali", "Presiden Joko Widodo terima medali", "another person"),
        ("banjir bandang di Demak", "Banjir bandang di Garut", "another place"),
        ("banjir bandang di Jawa Tengah", "Banjir bandang di Garut", "another place"),
        ("vaksin moderna bikin rambut rontok", "Vaksin Sinovac bikin rambut rontok", "another vaccine"),
        ("daun sirsak obat stroke", "Daun sirsak obat asam urat", "another disease"),
        ("mie sedaap ditarik", "Indomie ditarik", "another brand"),
        ("instagram akan berbayar", "WhatsApp akan berbayar", "another platform"),
        ("timnas korea dibubarkan", "Timnas Indonesia dibubarkan", "another place"),
        ("pulsa gratis natal dari pelni", "Pelni membagikan pulsa gratis menyambut Ramadan", "another holiday"),
        ("putin divaksin", "Putri Putin divaksin", "somebody close"),
        ("istri jokowi jatuh sakit", "Jokowi jatuh sakit", "somebody close"),
        ("suami bu megawati jatuh sakit", "Megawati jatuh sakit", "somebody close"),
        ("anak buah anies ditangkap", "Anies ditangkap", "somebody close"),
        ("megawati diminta mundur", "Megawati mundur", "only demanded"),
        ("Shell tidak akan tutup", "Shell akan tutup", "negation"),
        ("Shell gajadi tutup", "Shell akan tutup", "negation"),
        ("megawati g mundur", "Megawati mundur", "negation"),
        ("megawati ogah mundur", "Megawati mundur", "negation"),
        ("mustahil megawati mundur", "Megawati mundur", "negation"),
        ("megawati hampir mundur", "Megawati mundur", "negation"),
        ("mana ada uang baru", "Ada uang baru", "negation"),
        ("siapa bilang sim gratis", "SIM gratis", "negation"),
        ("gaji di atas 10 juta bebas pajak", "Gaji di bawah Rp10 juta bebas pajak", "the opposite"),
        ("umur 17 tahun ke atas boleh ikut", "Umur 17 tahun ke bawah boleh ikut", "the opposite"),
        ("ojol boleh pakai pertalite", "Ojol dilarang memakai Pertalite", "the opposite"),
        ("ijazah lurah asli", "Ijazah lurah palsu", "the opposite"),
        ("Kuwait bangun pangkalan di Kuba", "Kuba bangun pangkalan di Kuwait", "other way round"),
        ("ahok melantik prabowo", "Prabowo melantik Ahok", "other way round"),
        ("masuk bukan tanpa visa", "Masuk tanpa visa", "negation"),
        ("harga pertalite naik", "Harga Pertalite turun", "the opposite"),
        ("petani menggugat PT Rimba", "PT Rimba menggugat petani", "other way round"),
        ("PT Rimba digugat petani", "PT Rimba menggugat petani", "other way round"),
        ("hakim dituntut wartawan", "Hakim menuntut wartawan", "other way round"),
        ("festival lampion di Danau Sunyi batal", "Festival lampion di Pantai Teduh batal", "another name"),
        ("artis Vania jadi duta judi", "Artis Melinda jadi duta judi", "another name"),
        ("sandal jepit", "Polisi menilang pengendara motor bersandal jepit di jalan", "a topic, not a claim"),
    ],
)
def test_another_story_is_doubted(question: str, claim: str, why: str) -> None:
    assert doubt(question, claim) == why


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("nomor 081255501234 minta OTP", "Nomor +62 812-5550-1234 minta OTP"),
        ("haji dibatalkan", "Haji 2024 dibatalkan"),
        ("diskon listrik agustus", "Diskon listrik 3 Agustus"),
        ("astra terima 2000 operator", "Astra terima 2.000 operator"),
        ("data 2 juta peserta dijual", "Dua juta data peserta dijual"),
        ("susu cegah covid", "Susu cegah Covid-19"),
        ("brimo bagi undian mobil", "Bank Rakyat Indonesia bagi undian mobil"),
        ("banjir di Jawa Barat", "Banjir di Garut"),
        ("banjir di garut indonesia", "Banjir di Garut"),
        ("kementerian kesehatan wajibkan masker", "Kemenkes wajibkan masker"),
        ("vaksin covid bikin mandul", "Vaksin Sinovac bikin mandul"),
        ("Shell tidak tutup", "Shell tidak akan tutup"),
        ("tidak benar Shell tutup", "Shell tutup"),
        ("masuk ga pake visa", "Masuk tidak pakai visa"),
        ("petani digugat PT Rimba", "PT Rimba menggugat petani"),
        ("polisi nilang pengendara pake sandal jepit", "Polisi menilang pengendara yang memakai sandal jepit"),
        ("tabir surya bikin kulit kering", "Tabir surya menyebabkan kulit kering"),
        ("menteri yursil minta maaf", "Menteri Yusril minta maaf"),
        ("kaesang divaksin", "Kaesang anak Jokowi divaksin"),
        ("putri putin sudah divaksin", "Putri Putin divaksin"),
        ("wakil presiden gibran dibebaskan", "Gibran dibebaskan"),
        ("di Kuwait ada pangkalan kuba", "Pangkalan Kuba di Kuwait"),
        ("uang emisi 2005 ga laku", "Uang emisi 2005 tidak berlaku"),
        ("lebaran ditunda", "Idul Fitri ditunda"),
        ("gaji di bawah 10jt bebas pajak", "Gaji di bawah Rp10 juta bebas pajak"),
        ("ijazah lurah asli apa palsu", "Ijazah lurah palsu"),
        ("ada uang baru atas nama bank", "Ada uang baru"),
        ("sandal jepit dilarang", "Sandal jepit dilarang"),
    ],
)
def test_the_same_story_passes(question: str, claim: str) -> None:
    assert doubt(question, claim) == ""


@pytest.mark.parametrize(
    ("question", "claim", "why"),
    [
        ("Egypt sues Ethiopia over a dam", "Ethiopia sues Egypt over a dam", "other way round"),
        ("Ethiopia was sued by Egypt over a dam", "Ethiopia sues Egypt over a dam", "other way round"),
        ("the vaccine doesn't cause hair loss", "The vaccine causes hair loss", "negation"),
        ("storm will cut the internet on May 25", "Storm will cut the internet on May 11", "another date"),
        ("CDC says garlic cures flu", "WHO says garlic cures flu", "another organisation"),
        ("who says garlic cures flu", "Garlic cures flu", ""),
        ("storm may cut the internet in March", "Storm may cut the internet in March", ""),
    ],
)
def test_english_is_held_to_the_same(question: str, claim: str, why: str) -> None:
    assert doubt(question, claim, language="en") == why


def test_a_later_year_than_the_check_is_another() -> None:
    assert doubt("loker pertamina 2026", "Loker Pertamina", date=date(2025, 12, 31)) == "another year"
    assert doubt("loker pertamina 2026", "Loker Pertamina", date=None) == ""


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Bank Mandiri menutup kantor cabang, bukan BRI. Jangan percaya 12 hal lain di Bali dan Garut", ""),
        (
            "Kabar dari grup sebelah: Bank Mandiri belum menutup 50 kantor cabang di Garut pada 3 Agustus 2024, ya",
            "negation",
        ),
        ("Bank Mandiri menutup 50 kantor cabang di Garut. Jangan tidak menutup mata", ""),
        ("BRI menutup 50 kantor cabang di Garut", "another bank"),
        ("Bank Mandiri menutup 50 kantor cabang di Bali", "another place"),
        ("Bank Mandiri menutup 50 kantor cabang di Garut tahun 2021", "another year"),
    ],
)
def test_a_forward_is_held_to_what_is_unambiguous(said: str, why: str) -> None:
    assert doubt(said, SOUTH, QueryKind.FORWARD) == why


def test_words_are_not_compared_across_languages() -> None:
    query, article = ask("lampion festival cancelled", QueryKind.SENTENCE, "en"), check("Festival lampion batal")
    assert contradiction(query, article, found(query, article)) == ""


def test_the_claim_takes_a_side_that_its_title_leaves_open() -> None:
    claim = {"claim": "Ijazah lurah palsu", "title": "Keaslian ijazah lurah"}
    query, article = ask("ijazah lurah asli", QueryKind.SENTENCE), check(**claim)
    assert contradiction(query, article, found(query, article)) == "the opposite"


def test_common_words_make_no_other_name() -> None:
    query = ask("kepala sekolah lama menari di pesta", QueryKind.SENTENCE)
    article = check("Kepala sekolah baru menari di pesta")
    known = found(query, article)
    assert contradiction(query, article, known) == "another name"
    common = type(known)(known.candidates, dict.fromkeys(known.rarity, 1.0), known.total)
    assert contradiction(query, article, common) == ""


def test_a_reason_is_given_by_guards_that_stand_together() -> None:
    reasons = [guard.reason for guard in GUARDS]
    changes = sum(one != other for one, other in pairwise(reasons))
    assert changes + 1 == len(set(reasons))
