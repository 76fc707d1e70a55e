"""Words that the index does not know, alone and through every engine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from periksa.index import Index
from periksa.index.embedded import EmbeddedIndex
from periksa.index.words import SEGMENTS, Vocabulary, mended
from periksa.lang import analysis
from periksa.lang.mistakes import one_mistake
from periksa.model import ArticleKind, Query, QueryKind

from .conftest import check, found, report

LETTERS = st.text("abcdefghij", min_size=5, max_size=12)


def asking(text: str, language: str) -> Query:
    return Query(text, QueryKind.KEYWORD, language, words=analysis.words(text, language))


def instead(index: Index, text: str, language: str = "id") -> dict[str, tuple[str, ...]]:
    return dict(index.search(asking(text, language), ArticleKind.FACT_CHECK).mended)


# ---------------------------------------------------------------- through an engine


@pytest.mark.parametrize(
    "typed",
    ["lowngan", "lowonngan", "lowognan", "lowongam", "lowongann"],
    ids=["less", "more", "swapped", "other", "end"],
)
def test_a_mistyped_word_finds_what_was_meant(index: Index, typed: str) -> None:
    index.put([check("a", "Lowongan kerja di Pertamina"), check("b", "Pemadaman listrik di Bali")])
    assert found(index, typed) == ["a"]
    assert instead(index, typed) == {analysis.words(typed)[0]: ("lowong",)}


def test_a_mistake_before_the_stem_is_seen_because_words_are_compared_as_written(index: Index) -> None:
    index.put([check("a", "Polisi membagikan masker"), check("b", "Banjir di Solo")])
    assert found(index, "memabgikan") == ["a"]


@pytest.mark.parametrize("text", ["vaccine", "vaccines", "vaccinated"])
def test_an_english_word_finds_the_indonesian_check(index: Index, text: str) -> None:
    index.put([check("a", "Vaksin mengandung chip"), check("b", "Banjir di Solo")])
    assert [each.article.id for each in index.search(asking(text, "en"), ArticleKind.FACT_CHECK).candidates] == ["a"]


def test_an_indonesian_word_finds_the_english_check(index: Index) -> None:
    index.put([check("a", "Elephants in the mosque", language="en"), check("b", "Floods in Solo", language="en")])
    assert instead(index, "gajah masjid") == {"gajah": ("eleph",), "masjid": ("mosqu",)}
    assert found(index, "gajah")[0] == "a"


def test_a_name_is_found_however_the_other_language_reads_it(index: Index) -> None:
    index.put([check("a", "Jokowi lengser"), check("b", "Banjir di Solo")])
    assert instead(index, "jokowi resigned", "en")["jokowi"] == analysis.words("jokowi")


def test_a_word_known_from_few_articles_is_searched_with_its_frequent_translation(index: Index) -> None:
    index.put([check("q", "Lagu Governor of Love"), *(check(f"{n}", f"Gubernur kota ke-{n}") for n in range(12))])
    assert instead(index, "governor", "en") == {"governor": ("governor", "gubernur")}


@pytest.mark.parametrize("typed", ["vaks1n", "h4r1"])
def test_digits_for_letters_are_read(index: Index, typed: str) -> None:
    index.put([check("a", "Vaksin pada hari libur"), check("b", "Banjir di Solo")])
    assert found(index, typed) == ["a"]


@pytest.mark.parametrize(
    "text",
    ["2031", "bca", "bri", "bnr", "banjir", "xqzwvkpt", "dan yang"],
    ids=["number", "a bank", "another bank", "short", "known", "nothing like it", "stop words"],
)
def test_what_must_not_be_mended_is_left_alone(index: Index, text: str) -> None:
    index.put([check("a", "Lowongan 2030 BCE dan BRE"), check("b", "Banjir di Solo")])
    assert instead(index, text) == {}


def test_a_word_that_begins_otherwise_is_another_word(index: Index) -> None:
    index.put([check("a", "Tandang ke Solo")])
    assert instead(index, "kandang") == {}


def test_of_two_neighbours_the_more_frequent_comes_first_and_a_third_not_at_all(index: Index) -> None:
    index.put([*(check(f"a{n}", f"Kabar bantuan {n}") for n in range(3)), check("b", "Bantuin"), check("c", "Bantuas")])
    index.put([check("d", "Bantual"), check("e", "Bantual lagi")])
    assert instead(index, "bantuax")["bantuax"][0] == "bantu"
    assert len(instead(index, "bantuax")["bantuax"]) <= 2


def test_a_mended_word_counts_once_for_what_is_covered(index: Index) -> None:
    index.put([check("a", "Penyakit parah, sakit parah"), check("b", "Banjir di Solo")])
    answer = index.search(asking("illness", "en"), ArticleKind.FACT_CHECK)
    said = answer.mended["ill"]
    assert len(said) == 2
    assert answer.candidates[0].scores["covered"] == pytest.approx(max(answer.rarity[word] for word in said), rel=1e-5)


def test_kinds_are_mended_apart(index: Index) -> None:
    index.put([check("a", "Banjir di Solo"), report("n", "Lowongan kerja")])
    assert instead(index, "lowngan") == {}
    assert found(index, "lowngan", ArticleKind.NEWS) == ["n"]


def test_what_was_dropped_or_replaced_is_no_longer_meant(index: Index) -> None:
    index.rebuild([check("a", "Lowongan kerja"), check("b", "Banjir di Solo")])
    index.rebuild([check("b", "Banjir di Solo")])
    assert instead(index, "lowngan") == {}


# ---------------------------------------------------------------- the file


def test_words_that_another_process_put_are_seen(tmp_path: Path) -> None:
    one, other = (EmbeddedIndex(tmp_path, lambda _: None) for _ in range(2))
    one.put([check("a", "Banjir di Solo")])
    assert instead(other, "lowngan") == {}
    one.put([check("b", "Lowongan kerja")])
    other.version()
    assert instead(other, "lowngan") == {"lowngan": ("lowong",)}


def test_the_file_grows_by_new_words_only(tmp_path: Path) -> None:
    file = tmp_path / "words"
    for _ in range(3):
        Vocabulary(file).add(["banjir", "gempa"])
    assert file.read_text().split() == ["banjir", "gempa"]


def test_a_line_cut_short_by_a_crash_is_not_read_before_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "words"
    file.write_bytes(b"banjir\nlowon")
    vocabulary = Vocabulary(file)
    assert vocabulary.near("lowan") == ()
    with file.open("ab") as more:
        more.write(b"gan\n")
    assert vocabulary.near("lowngan") == ("lowongan",)


def test_many_small_additions_are_read_as_one(tmp_path: Path) -> None:
    vocabulary = Vocabulary(tmp_path / "words")
    for letter in "abcdefghijklmnopqrstuvw":
        vocabulary.add([f"banj{letter}r"])
        assert f"banj{letter}r" in vocabulary.near("banjxr")
    assert len(vocabulary.near("banjxr")) == 23 > SEGMENTS


def test_threads_share_it(tmp_path: Path) -> None:
    vocabulary = Vocabulary(tmp_path / "words")
    vocabulary.add(["banjir", "lowongan"])
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(vocabulary.near, ["lowngan"] * 64)) == {("lowongan",)}


# ---------------------------------------------------------------- neighbours


@given(st.sets(LETTERS, max_size=30), LETTERS)
def test_every_neighbour_with_the_same_first_letter_is_found_and_nothing_else(words: set[str], asked: str) -> None:
    vocabulary = Vocabulary()
    vocabulary.add(words)
    assert set(vocabulary.near(asked)) == {word for word in words if word[0] == asked[0] and one_mistake(word, asked)}


@given(LETTERS, st.data())
def test_one_mistake_anywhere_behind_the_first_letter_is_undone(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 1))
    letter = data.draw(st.sampled_from("abcxyz"))
    vocabulary = Vocabulary()
    vocabulary.add([word])
    for mistake in (word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]):
        assert vocabulary.near(mistake) == (() if mistake == word else (word,))


@given(st.text(st.characters(codec=None), max_size=60), st.sampled_from(["id", "en", "ms", ""]))
def test_no_text_makes_it_fail(text: str, language: str) -> None:
    vocabulary = Vocabulary()
    vocabulary.add(["lowongan"])
    for word, said in mended(asking(text, language), lambda word: 3 * (word == "lowong"), vocabulary).items():
        assert word not in said
        assert said == ("lowong",)


def test_words_that_could_not_be_written_are_new_still(tmp_path: Path) -> None:
    vocabulary = Vocabulary(tmp_path / "later" / "words")
    with pytest.raises(FileNotFoundError):
        vocabulary.add(["banjir"])
    (tmp_path / "later").mkdir()
    vocabulary.add(["banjir"])
    assert vocabulary.near("bajir") == ("banjir",)
