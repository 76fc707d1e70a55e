"""What only an engine in a folder can suffer: other processes, crashes, damage, other versions."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tantivy

from periksa.errors import IndexUnavailable
from periksa.index import embedded
from periksa.index.embedded import EmbeddedIndex
from periksa.model import Article, ArticleKind, Meaning, Query, QueryKind

from .conftest import ask, check, found, library, meanings, pointing, report

OTHER = Path(__file__).with_name("swapping_process.py")


def no_pause(_: float) -> None:
    """Waits for nothing: whoever holds the lock in these tests keeps it."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(folder: Path) -> Iterator[EmbeddedIndex]:
    made = EmbeddedIndex(folder, no_pause)
    made.put([check("a", "Air kelapa menyembuhkan covid")])
    yield made
    made.close()


def other_process(folder: Path, what: str) -> list[str | Path]:
    """The command of a process that works in the same folder."""
    return [sys.executable, OTHER, folder, what, "Minyak goreng plastik"]


def reopened(folder: Path) -> EmbeddedIndex:
    return EmbeddedIndex(folder, no_pause)


def generation(folder: Path) -> Path:
    return folder / (folder / "current").read_text()


# ---------------------------------------------------------------- other processes


def test_it_outlives_the_process(folder: Path, index: EmbeddedIndex) -> None:
    index.close()
    assert found(reopened(folder), "air kelapa") == ["a"]


def test_a_generation_swapped_by_another_process_is_seen_at_once(folder: Path, index: EmbeddedIndex) -> None:
    assert found(index, "air kelapa") == ["a"]
    subprocess.run(other_process(folder, "rebuild"), check=True, timeout=30)
    assert (found(index, "air kelapa"), found(index, "minyak goreng")) == ([], ["other"])
    index.put([check("b", "Minyak goreng mahal")])
    assert set(found(reopened(folder), "minyak goreng")) == {"b", "other"}


def test_two_processes_may_put_in_turn(folder: Path, index: EmbeddedIndex) -> None:
    subprocess.run(other_process(folder, "put"), check=True, timeout=30)
    index.put([check("b", "Beras plastik")])
    assert reopened(folder).count() == 3


def test_a_writer_that_never_lets_go_is_told_and_can_be_tried_again(folder: Path, index: EmbeddedIndex) -> None:
    busy = tantivy.Index.open(str(generation(folder) / ArticleKind.FACT_CHECK)).writer()
    with pytest.raises(IndexUnavailable, match="Another process has been writing the index") as caught:
        index.put([check("b", "Beras plastik")])
    assert caught.value.retry
    assert found(index, "air kelapa") == ["a"]
    busy.wait_merging_threads()
    index.put([check("b", "Beras plastik")])
    assert index.count() == 2


def test_processes_that_start_together_share_the_first_generation(folder: Path) -> None:
    first, second = reopened(folder), reopened(folder)
    assert (first.count(), second.count()) == (0, 0)
    first.put([check("a", "Air kelapa")])
    second.put([check("b", "Air laut")])
    assert set(found(reopened(folder), "air")) == {"a", "b"}


# ---------------------------------------------------------------- rebuilding


def test_a_rebuild_that_is_killed_leaves_the_old_generation_in_use(folder: Path, index: EmbeddedIndex) -> None:
    with subprocess.Popen(other_process(folder, "hang"), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "building\n"
        process.kill()
    assert len(generations(folder)) == 2
    assert found(index, "air kelapa") == found(reopened(folder), "air kelapa") == ["a"]
    index.rebuild([check("b", "Beras plastik")])
    assert generations(folder) == [generation(folder)]


def test_a_rebuild_whose_articles_fail_leaves_the_old_generation_in_use(index: EmbeddedIndex) -> None:
    def failing() -> Iterator[object]:
        yield from library(3)
        raise RuntimeError("the store went away")

    with pytest.raises(RuntimeError, match="the store went away"):
        index.rebuild(failing())  # type: ignore[arg-type]
    assert found(index, "air kelapa") == ["a"]


def generations(folder: Path) -> list[Path]:
    return sorted(folder.glob("v*-*"))


# ---------------------------------------------------------------- meanings


def near(index: EmbeddedIndex, text: str) -> list[str]:
    """Ids found by the meaning of this text alone."""
    query = Query("", QueryKind.KEYWORD, meaning=pointing(text))
    return [each.article.id for each in index.search(query, ArticleKind.FACT_CHECK).candidates]


def test_meanings_that_another_process_put_are_found(folder: Path, index: EmbeddedIndex) -> None:
    articles = library(5)
    index.put(articles[:2], meanings(articles[:2]))
    other = reopened(folder)
    assert near(other, articles[0].id)[0] == articles[0].id
    index.put(articles[2:], meanings(articles[2:]))
    other.version()
    assert near(other, articles[4].id)[0] == articles[4].id
    other.put(articles[:1], [pointing("lain")])
    index.version()
    assert near(index, "lain")[0] == articles[0].id


def test_meanings_outlive_the_process_and_leave_with_their_generation(folder: Path, index: EmbeddedIndex) -> None:
    articles = library(5)
    index.put(articles, meanings(articles))
    assert near(reopened(folder), articles[4].id)[0] == articles[4].id
    index.rebuild(articles, meanings(articles, "baru"))
    assert [file.name for file in folder.rglob("*.meanings")] == ["fact-check-baru.meanings"]


def test_a_file_of_meanings_that_is_gone_leaves_the_words(folder: Path, index: EmbeddedIndex) -> None:
    index.put([check("b", "Air laut")], [pointing("b")])
    for file in folder.rglob("*.meanings"):
        file.unlink()
    assert near(reopened(folder), "b") == []
    assert found(reopened(folder), "air laut") == ["b", "a"]


def test_articles_whose_meaning_was_lost_are_found_by_words_alone(folder: Path, index: EmbeddedIndex) -> None:
    articles = library(4)
    index.put(articles[:3], meanings(articles[:3]))
    file = next(folder.rglob("*.meanings"))
    file.write_bytes(file.read_bytes()[:-50])
    assert set(near(reopened(folder), articles[2].id)) == {each.id for each in articles[:2]}


def test_lost_meanings_are_told_before_another_article_gets_their_place(folder: Path, index: EmbeddedIndex) -> None:
    articles = library(4)
    index.put(articles[:3], meanings(articles[:3]))
    next(folder.rglob("*.meanings")).unlink()
    damaged = reopened(folder)
    with pytest.raises(IndexUnavailable, match=r"3 of 3 meanings in it are lost.*run `periksa reindex` to rebuild it"):
        damaged.put(articles[3:], meanings(articles[3:]))
    damaged.rebuild(articles, meanings(articles))
    assert near(damaged, articles[3].id)[0] == articles[3].id


# ---------------------------------------------------------------- damage and other versions


def older(folder: Path) -> None:
    old = generation(folder)
    old.rename(old.with_name(old.name.replace(f"v{embedded.FORMAT}-", "v0-")))
    (folder / "current").write_text(f"v0-{old.name.partition('-')[2]}")


def gone(folder: Path) -> None:
    generation(folder).rename(folder / "elsewhere")


def nameless(folder: Path) -> None:
    (folder / "current").write_text("")


def unreadable_name(folder: Path) -> None:
    (folder / "current").write_bytes(os.urandom(20) + b"\xff")


def half_gone(folder: Path) -> None:
    (generation(folder) / ArticleKind.FACT_CHECK / "meta.json").unlink()


def one_kind_gone(folder: Path) -> None:
    (generation(folder) / ArticleKind.NEWS).rename(folder / "elsewhere")


def overwritten(suffix: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        for file in (generation(folder) / ArticleKind.FACT_CHECK).glob(f"*{suffix}"):
            file.write_bytes(b"rusak" * 20)

    damage.__name__ = f"overwritten {suffix}"
    return damage


def cut_short(folder: Path) -> None:
    for file in (generation(folder) / ArticleKind.FACT_CHECK).glob("*.store"):
        file.write_bytes(file.read_bytes()[:-10])


def impossible_words(folder: Path) -> None:
    """Opens well, and makes the engine panic when a word is looked up."""
    for file in (generation(folder) / ArticleKind.FACT_CHECK).glob("*.idx"):
        content = file.read_bytes()
        file.write_bytes(b"\0" * 60 + content[60:])


def positions_gone(folder: Path) -> None:
    for file in (generation(folder) / ArticleKind.FACT_CHECK).glob("*.pos"):
        file.unlink()


DAMAGE = [older, gone, nameless, unreadable_name, half_gone, one_kind_gone, cut_short]
DAMAGE += [positions_gone, impossible_words]
DAMAGE += [overwritten(suffix) for suffix in ("meta.json", ".term", ".idx", ".store", ".fieldnorm")]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_a_damaged_index_says_so_and_a_rebuild_mends_it(
    folder: Path, index: EmbeddedIndex, damage: Callable[[Path], None]
) -> None:
    index.close()
    damage(folder)
    damaged = reopened(folder)
    with pytest.raises(IndexUnavailable, match=r"run `periksa reindex` to rebuild it\.$"):
        found(damaged, "air kelapa")
    damaged.rebuild([check("b", "Air kelapa asin")])
    assert found(damaged, "air kelapa") == found(reopened(folder), "air kelapa") == ["b"]


@pytest.mark.parametrize(("expected", "lost"), [(0, False), (1, False), (2, False), (3, True)])
def test_an_index_that_holds_far_less_than_it_should_is_unavailable(
    folder: Path, index: EmbeddedIndex, expected: int, lost: bool
) -> None:
    opened = EmbeddedIndex(folder, no_pause, lambda: expected)
    if lost:
        with pytest.raises(IndexUnavailable, match="holds 1 of 3 articles; run `periksa reindex` to rebuild it"):
            opened.version()
        opened.rebuild([check("a", "Air kelapa"), check("b", "Air kelapa asin")])
    assert "a" in found(opened, "air kelapa")


def test_an_index_that_is_gone_is_made_anew_only_where_nothing_should_be_in_it(folder: Path) -> None:
    with pytest.raises(IndexUnavailable, match="is gone; run `periksa reindex`"):
        EmbeddedIndex(folder, no_pause, lambda: 1).count()
    assert EmbeddedIndex(folder, no_pause, lambda: 0).count() == 0


def test_two_rebuilds_do_not_sweep_away_each_others_work(folder: Path, index: EmbeddedIndex) -> None:
    def articles() -> Iterator[Article]:
        with pytest.raises(IndexUnavailable, match="is being rebuilt already; wait for it"):
            reopened(folder).rebuild([check("c", "Air kelapa asin")])
        yield check("b", "Air kelapa manis")

    assert index.rebuild(articles()) == 1
    assert found(index, "air kelapa") == ["b"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexUnavailable, match="check the disk"):
        EmbeddedIndex(tmp_path / "file" / "index", no_pause)


# ---------------------------------------------------------------- what replacing leaves behind


def test_rarity_never_turns_negative_however_often_an_article_is_replaced(index: EmbeddedIndex) -> None:
    """Replaced articles are counted by the engine until it merges their segment."""
    index.put([check("b", "Air kelapa asin"), check("c", "Air kelapa manis")])
    for _ in range(4):
        index.put([check("b", "Air kelapa asin")])
    answer = index.search(ask("air kelapa"), ArticleKind.FACT_CHECK)
    assert min(answer.rarity.values()) > 0
    assert min(each.scores["covered"] for each in answer.candidates) > 0


def test_what_another_process_put_a_moment_ago_can_be_dropped(folder: Path, index: EmbeddedIndex) -> None:
    """The engine tells its readers of another's commit half a second late: a withdrawn check would stay findable."""
    other = reopened(folder)
    assert other.count() == 1
    index.put([check("b", "Beras plastik")])
    other.drop(["b"])
    assert found(reopened(folder), "beras plastik") == []


def test_what_another_process_put_a_moment_ago_can_become_news(folder: Path, index: EmbeddedIndex) -> None:
    other = reopened(folder)
    assert other.count() == 1
    index.put([check("b", "Beras plastik")])
    other.put([report("b", "Beras plastik")])
    assert found(reopened(folder), "beras plastik") == []
    assert found(reopened(folder), "beras plastik", ArticleKind.NEWS) == ["b"]


class Swapping(str):
    """The name of an encoder; whoever looks for the file of its meanings finds that the index was rebuilt just now."""

    left: list[Callable[[], object]]

    def __format__(self, spec: str) -> str:
        if self.left:
            self.left.pop()()
        return super().__format__(spec)


def test_a_search_whose_generation_is_swept_away_is_done_again(folder: Path, index: EmbeddedIndex) -> None:
    articles = library(5)
    index.put(articles, meanings(articles))
    searching = reopened(folder)
    assert searching.count() == 6
    asked = pointing(articles[3].id)
    encoder = Swapping(asked.encoder)
    encoder.left = [lambda: index.rebuild(articles, meanings(articles))]
    query = Query("", QueryKind.KEYWORD, meaning=Meaning(encoder, asked.vector))
    answer = searching.search(query, ArticleKind.FACT_CHECK)
    assert encoder.left == []
    assert answer.candidates[0].article.id == articles[3].id
