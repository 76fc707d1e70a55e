from __future__ import annotations

from pathlib import Path

import pytest

from periksa.errors import ConfigError
from periksa.sources.profiles import profile, profiles, shipped

SOUND = """
name = "kabarkini"
outlet = "Kabarkini"
hosts = ["kabarkini.example"]
checked = "its pages of March 2023"
publishes = "both"

[[start]]
kind = "feed"
url = "https://kabarkini.example/rss"
"""


def test_the_ones_that_ship() -> None:
    names = {"liputan6", "kompas", "detik", "tempo", "antara", "cnn-indonesia", "merdeka", "republika", "okezone",
             "turnbackhoax", "afp-periksa-fakta"}  # fmt: skip
    assert names <= {site.name for site in shipped()}
    assert all(start.url.startswith("https://") for site in shipped() for start in site.start)
    assert all(site.pause >= 2 for site in shipped())


def test_an_operators_own_replaces_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "kabarkini.toml").write_text(SOUND)
    (tmp_path / "kompas.toml").write_text(SOUND.replace("kabarkini", "kompas", 1))
    (tmp_path / "catatan.txt").write_text("bukan profil")
    found = {site.name: site for site in profiles(tmp_path)}
    assert len(found) == len(shipped()) + 1
    assert found["kompas"].hosts == ("kabarkini.example",)
    assert [*found] == sorted(found)


def test_without_a_folder_there_are_those_that_ship(tmp_path: Path) -> None:
    assert profiles(None) == profiles(tmp_path / "tidak-ada") == shipped()


def reading(pattern: str, example: str, where: str = "title") -> str:
    return f"\n[[rating]]\nwhere = '{where}'\npattern = '{pattern}'\nexample = '{example}'\n"


SET = 'publishes = "both"'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (SOUND + "=", "k.toml is not TOML: "),
        (SOUND.replace("outlet", "outlte"), "outlet is missing"),
        (SOUND.replace("outlet", "outlte"), "outlte is no field of a profile, did you mean outlet"),
        (SOUND + "adress = 'x'", "start[1].adress is no field of a profile"),
        (SOUND + "[page]\nbodi = ['p']", "page.bodi is no field of a profile, did you mean body"),
        (SOUND + "[page]\nbody = ['p:first']", 'page.body[1]: "p:first" in "p:first" is no selector; write it'),
        (SOUND.replace("https://kabarkini.example/rss", "kabarkini.example"), "is not a whole http(s) address"),
        (SOUND.replace('"feed"', '"rss"'), "start[1].kind: Input should be 'feed', 'sitemap'"),
        (SOUND.replace(SET, SET + '\nzone = "WIB"'), 'zone: "WIB" is no time zone; write Asia/Jakarta'),
        (SOUND.replace(SET, SET + '\nskip = ["("]'), 'skip[1]: "(" is no regular expression'),
        (SOUND + reading("[A-Z]+", "SALAH"), "rating[1]: pattern has no group named word"),
        (SOUND + reading("(?P<word>X)", "SALAH"), "rating[1]: pattern does not find the example"),
        (SOUND + reading("(?P<word>S)", "SALAH", "element"), 'rating[1]: selector and where = "element" belong'),
        (SOUND + "\n[[drop]]\nname='a'\npattern='b'\nexample='c'", "drop[1]: pattern does not match the example"),
        (SOUND + "[page]\npages = '(\\d+) dari (\\d+)'", "page.pages: has no groups named page and of"),
        (SOUND.replace('"kabarkini"', '"lain"', 1), 'name is "lain"; make it "kabarkini", like the file'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_and_field(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as error:
        profile("k.toml" if "TOML" in sentence else "kabarkini.toml", text)
    assert sentence in str(error.value)
    assert str(error.value).startswith(("kabarkini.toml: ", "k.toml "))
    assert str(error.value).endswith(".")


def test_a_file_that_is_no_text_is_said_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "kabarkini.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"kabarkini\.toml cannot be read as UTF-8 text"):
        profiles(tmp_path)
