from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from periksa.errors import SourceError
from periksa.sources import Fetched, Further
from periksa.sources.links import Links
from periksa.sources.site import Site

PAGE = (Path(__file__).parent / "listings/links-cek-fakta.html").read_bytes()


def test_every_article_once_and_the_next_page(fetched: Callable[..., Fetched], site: Callable[..., Site]) -> None:
    profile = site(articles=["/read/"], links={"articles": ["a.judul@href"]}, page={"numbered": "page={n}"})
    entries = list(Links().list(fetched(PAGE), profile))
    urls = [entry.pointer.url for entry in entries if entry.pointer]
    assert urls == ["https://www.kabarkini.example/read/1", "https://kabarkini.example/read/2"]
    assert entries[-1].further == Further("https://kabarkini.example/daftar?page=2")


def test_none_where_the_profile_says_is_an_error(fetched: Callable[..., Fetched], site: Callable[..., Site]) -> None:
    with pytest.raises(SourceError, match=r"links to no article; mend links\.articles or articles in kabarkini\.toml"):
        list(Links().list(fetched(PAGE), site(links={"articles": ["a.berita@href"]})))
