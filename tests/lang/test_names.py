"""The gazetteers: well made, and what they know."""

from __future__ import annotations

from importlib import resources
from itertools import pairwise

import pytest

from periksa.lang import analysis
from periksa.lang.names import Name, Person, named, person, relations

FILES = [file for file in resources.files("periksa.lang").joinpath("gazetteer").iterdir() if file.name.endswith(".txt")]


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def test_no_name_stands_there_twice() -> None:
    written = [each for file in FILES for line in lines(file.read_text("utf-8")) for each in line.strip().split(" | ")]
    keys = [each if each.isupper() else " ".join(analysis.tokens(each)) for each in written]
    assert [key for key in set(keys) if keys.count(key) > 1] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_name_stands_at_most_one_step_deeper_than_the_one_above(file) -> None:
    depths = [(len(line) - len(line.lstrip())) / 2 for line in lines(file.read_text("utf-8"))]
    assert depths[0] == 0
    assert all(after <= before + 1 and after % 1 == 0 for before, after in pairwise(depths))


def known(text: str) -> dict[str, set[str]]:
    return {kind: {each.name for each in names} for kind, names in named(text).items()}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("BRImo dari Bank Rakyat Indonesia", {"bank": {"bri"}}),
        ("kab. Garut, Jawa Barat, Indonesia", {"place": {"garut"}}),
        ("Depkes dan Kementerian Kesehatan", {"organisation": {"kemenkes"}}),
        ("WHO dan PAN", {"organisation": {"world health organization"}, "party": {"partai amanat nasional"}}),
        ("who put it in the pan", {}),
        ("isolasi mandiri pakai dana desa", {}),
        ("bank mandiri dan saldo dana", {"bank": {"bank mandiri", "saldo dana"}}),
        ("vaksin Sinovac untuk covid-19", {"vaccine": {"sinovac"}, "disease": {"covid"}}),
        ("McDonald's & J&T", {"company": {"mcdonalds", "j t"}}),
        ("", {}),
    ],
)
def test_names_are_known_by_kind(text: str, names: dict[str, set[str]]) -> None:
    assert known(text) == names


def test_what_belongs_together_agrees() -> None:
    garut, west_java, bali = (next(iter(named(each)["place"])) for each in ("garut", "jabar", "bali"))
    assert garut.agrees(west_java)
    assert west_java.agrees(garut)
    assert not garut.agrees(bali)
    assert garut == Name("place", "garut", frozenset({"jawa barat", "jawa", "indonesia"}))


@pytest.mark.parametrize("form", ["gugat", "menggugat", "digugat"])
def test_a_verb_is_known_in_its_forms(form: str) -> None:
    assert {relations().verbs.get(word) for word in analysis.words(form)} == {"gugat"}


def test_opposites_have_two_sides() -> None:
    assert all(one and other and one.isdisjoint(other) for one, other in relations().opposites)


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("Presiden Joko Widodo", Person(("jokowi",), known=True)),
        ("Joko Widodo (Jokowi)", Person(("jokowi",), known=True)),
        ("Gibran Rakabuming Raka", Person(("gibran",), known=True)),
        ("Listyo Sigit Prabowo", Person(("listyo", "sigit", "prabowo"))),
        ("Prabowo Gibran", Person(("prabowo", "gibran"))),
        ("Prof. Dr. Wening Laksita, Sp.PD", Person(("wening", "laksita"))),
        ("Sri Laksita", Person(("sri", "laksita"))),
        ("Bank Mandiri", Person(("bank", "mandiri"))),
        ("Presiden", Person(("presiden",))),
        ("", Person(())),
    ],
)
def test_whose_name_it_is(name: str, who: Person) -> None:
    assert person(name) == who
