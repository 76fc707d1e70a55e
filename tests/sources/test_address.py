from __future__ import annotations

import pytest

from periksa.sources.address import derived_id, host_of, same_page, web_address

PAGE = "kabarkini.example/cek/102?page=2"


@pytest.mark.parametrize(
    "url",
    [
        "https://kabarkini.example/cek/102?page=2",
        "http://www.kabarkini.example/cek/102/?page=2",
        "https://m.kabarkini.example/cek/102?page=2&fbclid=IwAR0x",
        "https://amp.kabarkini.example/cek/102?utm_source=wa&page=2&utm_medium=grup",
        "https://WWW.Kabarkini.Example/cek/102/amp?page=2#komentar",
        "https://kabarkini.example/amp/cek/102/?amp=1&page=2",
    ],
)
def test_one_page_has_many_addresses(url: str) -> None:
    assert same_page(url) == PAGE


@pytest.mark.parametrize(
    "url",
    [
        "https://kabarkini.example/cek/102?page=3",
        "https://kabarkini.example/cek/1022?page=2",
        "https://kabarkini.example/Cek/102?page=2",
        "https://medan.kabarkini.example/cek/102?page=2",
        "https://kabarkini.example/ampuh/cek/102?page=2",
    ],
)
def test_other_pages_stay_other_pages(url: str) -> None:
    assert same_page(url) != PAGE


def test_a_site_whose_name_is_short_keeps_it() -> None:
    assert same_page("https://m.id/a") == "m.id/a"
    assert host_of("https://www.m.id:443/a") == "m.id"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "javascript:alert(1)",
        "ftp://a.example/x",
        "https://",
        "http://[rusak",
        "a.example/x",
        "https://a b.example",
        'https://a.example/"><script>',
        "data:text/html,x",
        "https://a.example/x\x01y",
        "https://a.example/x\x7f",
    ],
)
def test_what_must_not_become_a_link(text: str) -> None:
    assert web_address(text) == ""


def test_an_address_is_kept_as_published() -> None:
    assert (
        web_address(" https://kabarkini.example/cek/102?utm_source=wa#isi ")
        == "https://kabarkini.example/cek/102?utm_source=wa#isi"
    )


def test_a_derived_id_never_changes() -> None:
    assert derived_id(PAGE) == "7acf80111a8b0869ccb2"
    assert derived_id("a", "b") != derived_id("ab")
