from __future__ import annotations

import pytest

from periksa.sources.dateline import read_dateline


@pytest.mark.parametrize(
    ("head", "outlet", "place"),
    [
        ("Liputan6.com, Moskow - ", "Liputan6", "Moskow"),
        ("TEMPO.CO, Jakarta - ", "Tempo", "Jakarta"),
        ("TEMPO.CO , Jakarta - ", "Tempo", "Jakarta"),
        ("REPUBLIKA.CO.ID, JAKARTA -- ", "Republika", "Jakarta"),
        ("TRIBUN-MEDAN.COM, MEDAN - ", "Tribun-Medan", "Medan"),
        ("Jakarta, CNN Indonesia -- ", "CNN Indonesia", "Jakarta"),
        ("Jakarta, CNBC Indonesia - ", "CNBC Indonesia", "Jakarta"),
        ("JAKARTA, KOMPAS.com -", "Kompas", "Jakarta"),
        ("KULON PROGO, KOMPAS.com –", "Kompas", "Kulon Progo"),
        ("SAINT-DENIS, KOMPAS.com - ", "Kompas", "Saint-Denis"),
        ("KOMPAS.com-", "Kompas", ""),
        ("Suara.com - ", "Suara", ""),
        ("VIVA – ", "VIVA", ""),
        ("JAKARTA, iNews.id - ", "iNews", "Jakarta"),
        ("Jakarta (ANTARA) - ", "ANTARA", "Jakarta"),
        ("Jakarta (ANTARA/JACX) - ", "ANTARA", "Jakarta"),
        ("Mataram, NTB (ANTARA News) - ", "Antara News", "Mataram"),
        ("WASHINGTON, Jan 16 (Reuters) - ", "Reuters", "Washington"),
        ("KBRN, Jakarta: ", "KBRN", "Jakarta"),
        ("Jakarta - ", "", "Jakarta"),
        ("BANDUNG -- ", "", "Bandung"),
        ("Liputan6.com, Jakarta ", "Liputan6", "Jakarta"),
        ("Liputan6.com, Kuala Lumpur ", "Liputan6", "Kuala Lumpur"),
    ],
)
def test_who_reports_from_where(head: str, outlet: str, place: str) -> None:
    found = read_dateline(head + "Warga Randu pindah - sebagian.")
    assert found
    assert (found.outlet, found.place, found.rest) == (outlet, place, "Warga Randu pindah - sebagian.")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Anak-anak di Jakarta kembali bersekolah.",
        "Indonesia - Malaysia sepakat soal batas laut.",
        "KPK - Polri menandatangani kesepakatan.",
        "Reuters: kapal itu sudah berangkat.",
        "Presiden mengatakan, Liputan6.com - seperti media lain - keliru.",
        "Menteri Luar Negeri (Menlu) - yang hadir - menolak.",
        "Kepala dinas, warga, Suara.com - semua hadir.",
        "Jakarta: kota yang tenggelam.",
        "Suara.com, kata warga Randu, menulis lain.",
    ],
)
def test_a_sentence_with_a_dash_stays_whole(text: str) -> None:
    assert read_dateline(text) is None
