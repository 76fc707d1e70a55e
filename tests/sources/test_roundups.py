from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from periksa.sources.jsonl import Jsonl
from periksa.sources.roundups import Rule, is_roundup, rules

OF_ONE_CLAIM = [
    "Daftar Virus yang Berasal dari Bendungan Randu",
    "Artikel Berjudul “Deretan Kasus di Lembah Randu”",
    "Kumpulan Mobil di Tepi Bendungan Randu karena Warga Mengungsi",
    "Cek Fakta: Tidak Benar 7 Desa Tenggelam",
    "125 Daftar Produk yang Diharamkan",
    "Hoaks! Bendungan Randu retak pekan lalu",
    "Tiga Anak Hilang di Lembah Randu",
    "Foto kumpulan warga menolak vaksin",
]
ROUNDUPS = [
    "Deretan Hoaks Seputar Gempa, dari Tsunami hingga Gunung Meletus",
    "Kumpulan Hoaks Bantuan Sosial Sepekan",
    "Cek Fakta: Kumpulan Hoaks tentang Bendungan",
    "CEK FAKTA: Deretan 5 Hoaks Seputar Pemilu",
    "7 hoaks tentang vaksin",
    "Sederet Kabar Hoaks soal Ganti Rugi",
    "Cek fakta pekan ini: tautan palsu dan retakan",
    "Simak 4 Hoaks Seputar Lowongan Kerja",
]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_every_rule_finds_its_example_alone_and_no_claim(rule: Rule) -> None:
    assert [other.name for other in rules() if other.pattern.search(rule.example)] == [rule.name]
    assert not [title for title in OF_ONE_CLAIM if rule.pattern.search(title)]


@pytest.mark.parametrize("title", ROUNDUPS)
def test_round_ups(title: str) -> None:
    assert is_roundup(title)


def test_hardly_any_real_check_looks_like_one(shared: Path) -> None:
    titles = Counter(
        parsed.article.title for parsed in Jsonl().parse(shared / "matching/factchecks_id.jsonl") if parsed.article
    )
    assert len(titles) > 9_000
    assert sum(map(is_roundup, titles)) <= 5
