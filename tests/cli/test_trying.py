"""`periksa sources SITE PAGE --try`: a profile tried on saved pages, without the site."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

PROFILE = r"""
name = "kabarkini"
outlet = "Kabarkini"
hosts = ["kabarkini.example"]
checked = "three pages of March 2023"
publishes = "both"
articles = ['/cek-fakta/\d+']
conclusion = ['Kesimpulan']

[[start]]
kind = "feed"
url = "https://kabarkini.example/rss"

[fact_check]
address = ['/cek-fakta/']

[page]
title = ["h1"]
date = ["time"]
body = ["div.isi"]
remove = ["div.terkait"]

[[rating]]
where = "title"
pattern = '^\[(?P<word>[A-Z]+)\]\s*'
cut = true
example = "[SALAH] Bendungan Randu Retak"

[[drop]]
name = "invitation to the newsletter"
pattern = 'Langganan buletin Kabarkini.*'
example = "Langganan buletin Kabarkini, gratis."

[[drop]]
name = "credit of the picture"
where = "within"
pattern = '\(Dok\. [^)]*\)'
example = "(Dok. Warga)"

[[drop]]
name = "what stands below"
where = "rest"
pattern = 'Topik terkait'
example = "Topik terkait"
"""
BODY = (
    "<p>[SALAH] Bendungan Randu Retak</p><p>Foto itu dari bendungan lain (Dok. Warga) di luar negeri.</p>"
    "<div class='terkait'><a>Harga beras</a> naik</div><p>Baca Juga: Jalan rusak</p><p>Kesimpulan</p>"
    "<p>Klaim itu salah.</p><p>Langganan buletin Kabarkini, gratis.</p><p>Topik terkait</p><p>Bendungan</p>"
)
FIELDS = (
    "  address  https://kabarkini.example/cek-fakta/12\n"
    "  kind     fact-check\n"
    "  title    Bendungan Randu Retak\n"
    "  date     2023-03-09\n"
    "  rating   SALAH\n"
    "  claim    –\n"
    "  summary  Klaim itu salah.\n"
    "  place    –\n"
    "  text\n"
    "    Foto itu dari bendungan lain di luar negeri.\n"
    "    Kesimpulan\n"
    "    Klaim itu salah.\n"
)
LEFT_OUT = (
    "  left out\n"
    "    Harga beras naik\n"
    "      remove: div.terkait\n"
    "    [SALAH] Bendungan Randu Retak\n"
    "      the headline again\n"
    "    Foto itu dari bendungan lain (Dok. Warga) di luar negeri.\n"
    "      credit of the picture\n"
    "      kept: Foto itu dari bendungan lain di luar negeri.\n"
    "    Baca Juga: Jalan rusak\n"
    "      read also\n"
    "    Langganan buletin Kabarkini, gratis.\n"
    "      invitation to the newsletter\n"
    "    Topik terkait\n"
    "      what stands below\n"
    "    Bendungan\n"
    "      what stands below\n"
)


@pytest.fixture
def profile(folder: Path) -> Path:
    (folder / "sources.d").mkdir()
    file = folder / "sources.d/kabarkini.toml"
    file.write_text(PROFILE, encoding="utf-8")
    return file


def saved(
    name: str, body: str = BODY, date: str = "9 Maret 2023", address: str = "cek-fakta/12", more: str = ""
) -> str:
    link = f"<link rel=canonical href='https://kabarkini.example/{address}'>" if address else ""
    head = f"<html><head>{link}{more}</head>"
    title = "<h1>[SALAH] Bendungan Randu Retak</h1>"
    Path(name).write_text(f"{head}<body>{title}<time>{date}</time><div class='isi'>{body}</div></body></html>")
    return name


@pytest.mark.parametrize("named", ["kabarkini", "sources.d/kabarkini.toml"])
@pytest.mark.usefixtures("profile")
def test_what_is_read_and_which_rule_left_out_what(periksa: Callable, folder: Path, named: str) -> None:
    done = periksa("sources", named, saved("a.html"), "--try")
    assert done.exit_code == 0, done.exception
    assert done.output == f"a.html\n{FIELDS}{LEFT_OUT}\n"
    assert sorted(each.name for each in folder.iterdir()) == ["a.html", "sources.d"]


@pytest.mark.usefixtures("profile")
def test_several_pages_and_what_is_wrong_with_them(periksa: Callable) -> None:
    Path("kosong.html").write_text("<html><body></body></html>")
    pages = [
        saved("tanpa.html", date="entah", address=""),
        saved("lain.html", address="foto/7"),
        saved("dicabut.html", "<p>Artikel ini telah dicabut oleh redaksi Kabarkini.</p><p>Foto itu dari lain.</p>"),
        "kosong.html",
    ]
    done = periksa("sources", "kabarkini", *pages, "--try")
    assert done.exit_code == 1
    first, second, third, fourth = done.output.split("\n\n", 3)
    assert "  note     it names no address of kabarkini.example" in first
    assert '  note     date does not say which day: "entah"' in first
    assert "  kind     news" in first
    assert "  note     a visit would pass by this address" in second
    assert "  note     its publisher took it back" in third
    assert "  note     title is missing" in fourth
    assert fourth.endswith("  No article was read out of it.\n\n")


@pytest.mark.usefixtures("profile")
def test_a_day_is_counted_from_the_time_of_the_file(periksa: Callable) -> None:
    os.utime(saved("a.html", date="kemarin"), (1_678_332_000, 1_678_332_000))  # 2023-03-09 10:20 in Jakarta
    assert "  date     2023-03-08\n" in periksa("sources", "kabarkini", "a.html", "--try").output


def test_what_cannot_be_tried_is_said_in_a_sentence(periksa: Callable, folder: Path, profile: Path) -> None:
    page = saved("a.html")
    Path("teks.html").write_text("Bendungan Randu retak")
    Path("arsip.html").write_text("MIME-Version: 1.0\n\n<html></html>")
    profile.with_name("lain.toml").write_text('name = "lain"\noutlte = "Lain"\n')

    def sentence(*command: str) -> str:
        done = periksa("sources", *command, "--try")
        assert done.exit_code != 0
        return str(done.exception) + done.stderr

    assert "there is no" in sentence("kabarkin", page).lower()
    assert "did you mean kabarkini?" in sentence("kabarkin", page)
    assert "outlte is no field of a profile, did you mean outlet" in sentence("sources.d/lain.toml", page)
    assert sentence("tidak.toml", page).startswith("tidak.toml cannot be read: No such file")
    assert sentence("kabarkini", "tidak.html").startswith("tidak.html cannot be read: No such file")
    assert "teks.html is no page of HTML" in sentence("kabarkini", "teks.html")
    assert "arsip.html is no page of HTML" in sentence("kabarkini", "arsip.html")
    assert "--try and the pages to be tried belong together" in sentence("kabarkini")
    assert "belong together" in periksa("sources", "kabarkini", page).stderr
