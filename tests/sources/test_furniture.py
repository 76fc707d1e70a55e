from __future__ import annotations

import pytest

from periksa.sources.furniture import PLACES, Rule, cut_within, is_furniture, rules, without_furniture

SENTENCES = [
    "Warga mengikuti arahan petugas dan tidak membaca berita lain.",
    "Ia meminta warga menyimak pengumuman di balai desa.",
    "Dikutip dari laman Warta Randu, Kamis (9/3/2023) pengisian dilakukan bertahap.",
    "Sumber: Badan Penanggulangan Bencana Daerah",
    "Ganti Rugi Bertahap",
    "* Air minum: dua liter per orang",
    "Dalam foto: tampak retakan sepanjang 40 meter.",
    "Dua dari tiga halaman dokumen itu sudah hilang.",
    "Iklan layanan masyarakat itu tayang sejak Januari dan memicu keluhan warga.",
    "Infografis yang beredar itu palsu. Dinas tidak pernah membuatnya.",
    "Komentar Wening itu dikutip banyak media.",
    "Video itu direkam pada 2016 (bukan 2023).",
    "2.350 1.900 410",
    "Facebook menghapus unggahan itu pada Kamis.",
    "Simak tiga hal yang perlu diketahui warga sebelum pindah.",
    "Baca dulu aturannya sebelum menandatangani berita acara.",
]


def matches(rule: Rule, line: str) -> bool:
    """Whether the line is such furniture, or has some within."""
    find = rule.pattern.search if rule.where == "within" else rule.pattern.fullmatch
    return find(line) is not None


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_every_rule_finds_its_example_and_no_sentence(rule: Rule) -> None:
    assert rule.where in PLACES
    assert matches(rule, rule.example)
    assert not [sentence for sentence in SENTENCES if matches(rule, sentence)]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_every_rule_is_needed_for_its_example(rule: Rule) -> None:
    others = [other for other in rules() if other is not rule and other.where == rule.where]
    assert not [other.name for other in others if matches(other, rule.example)]


def test_names_are_told_apart() -> None:
    names = [rule.name for rule in rules()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("line", ["Sukses", "Home / Nasional", "Oleh Sari Wulandari", "Tautan berhasil disalin!"])
def test_some_lines_are_furniture_above_the_title_only(line: str) -> None:
    assert is_furniture(line, above_title=True)
    assert not is_furniture(line)


@pytest.mark.parametrize("title", ["Infografis Tahapan Pengisian Bendungan", "Saksikan Video Ini Sebelum Mudik"])
def test_some_lines_are_furniture_but_as_a_title_they_are_one(title: str) -> None:
    assert is_furniture(title)
    assert not is_furniture(title, above_title=True)


def test_words_within_a_line_go_and_the_line_stays() -> None:
    line = "Ia pergi. ADVERTISEMENT SCROLL TO CONTINUE WITH CONTENT Lalu kembali. [Gambas:Video Kabarkini] Selesai."
    assert cut_within(line) == "Ia pergi. Lalu kembali. Selesai."


def test_empty_lines_do_not_pile_up() -> None:
    assert without_furniture("Satu.\n\n2 dari 3 halaman\n\n* Infografis Air\n\nDua.\n\n") == "Satu.\n\nDua."


@pytest.mark.parametrize(
    "word", ["1", "share ", "halaman 1", "Baca ", "(ab/", "[Gambas:", "Lihat video ", "Foto:", "a, ", " "]
)
def test_no_line_keeps_a_rule_busy(word: str) -> None:
    """A rule that tries every way to split such a line would not end within this test's life."""
    line = word * 20_000 + "…z"
    assert without_furniture(line).endswith("…z")
    assert not is_furniture(line, above_title=True)
