"""What every engine promises, over every file of the room."""

from __future__ import annotations

import heapq
import math
import threading
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from periksa.index import Index
from periksa.index.memory import MemoryIndex
from periksa.model import LEAD, Article, ArticleKind, Candidate, Force, Query, QueryKind, Statement

from .conftest import HOW, ask, between, check, engines, found, library, meanings, pointing, report

BOTH = list(ArticleKind)


def test_every_engine_of_the_room_is_covered() -> None:
    assert sorted(HOW) == engines()


# ---------------------------------------------------------------- put, drop, replace


def test_what_was_put_is_found_at_once(index: Index) -> None:
    index.put([check("a", "Air kelapa menyembuhkan covid"), check("b", "Gempa besar di Palu")])
    assert found(index, "air kelapa obat") == ["a"]
    assert index.count() == 2


def test_putting_again_replaces(index: Index) -> None:
    index.put([check("a", "Air kelapa menyembuhkan covid")])
    index.put([check("a", "Minyak goreng dicampur plastik")])
    assert found(index, "air kelapa") == []
    assert found(index, "minyak plastik") == ["a"]
    assert index.count() == 1


def test_the_last_of_one_id_in_one_call_counts(index: Index) -> None:
    index.put([check("a", "Air kelapa menyembuhkan covid"), check("a", "Minyak goreng dicampur plastik")])
    assert (found(index, "air kelapa"), found(index, "minyak goreng")) == ([], ["a"])
    index.drop(["a"])
    assert (found(index, "air kelapa minyak goreng"), index.count()) == ([], 0)


def test_what_was_dropped_is_gone_and_unknown_ids_do_no_harm(index: Index) -> None:
    index.put([check("a", "Air kelapa menyembuhkan covid"), check("b", "Air laut naik")])
    index.drop(["a", "nobody"])
    assert found(index, "air kelapa") == ["b"]
    assert index.count() == 1


def test_nothing_put_and_nothing_dropped_is_nothing(index: Index) -> None:
    index.put([])
    index.drop([])
    assert index.count() == 0


def test_fact_checks_and_news_do_not_mix(index: Index) -> None:
    index.put([check("a", "Air kelapa menyembuhkan covid"), report("n", "Harga air kelapa naik")])
    assert found(index, "air kelapa", ArticleKind.FACT_CHECK) == ["a"]
    assert found(index, "air kelapa", ArticleKind.NEWS) == ["n"]


def test_an_article_may_change_its_kind(index: Index) -> None:
    article = check("a", "Air kelapa menyembuhkan covid")
    index.put([article])
    index.put([replace(article, kind=ArticleKind.NEWS)])
    assert [found(index, "air kelapa", kind) for kind in BOTH] == [[], ["a"]]
    index.put([article])
    assert [found(index, "air kelapa", kind) for kind in BOTH] == [["a"], []]
    assert index.count() == 1


def test_news_changes_nothing_about_fact_checks(index: Index) -> None:
    index.put(library(40))
    before = index.search(ask("beras gratis di Jakarta"), ArticleKind.FACT_CHECK)
    index.put(library(200, ArticleKind.NEWS))
    assert index.search(ask("beras gratis di Jakarta"), ArticleKind.FACT_CHECK) == before
    assert index.count() == 240


# ---------------------------------------------------------------- what a candidate carries


def test_a_candidate_carries_the_whole_article_but_its_body(index: Index) -> None:
    said = Statement(
        "Wening", "Tidak benar", True, "juru bicara", "kata", date(2025, 3, 9), "Palu", "wawancara", ("Radio", "TV")
    )
    article = check(
        "a",
        "Bendungan Randu retak",
        outlet="Cek Harian",
        url="https://cek.example/1",
        language="id",
        date=date(2025, 3, 10),
        claim="Bendungan Randu retak 40 meter",
        rating="SALAH",
        summary="Fotonya dari bendungan lain.",
        body="Isi yang panjang.",
        place="Randugunting",
        statements=(said,),
    )
    index.put([article, check("b", "Bendungan Lain")])
    first = index.search(ask("bendungan randu retak"), ArticleKind.FACT_CHECK).candidates[0]
    assert first.article == replace(article, body="")
    assert first.words == ("bendung", "randu", "retak", "bendung", "randu", "retak", "40", "meter")


def test_statements_read_from_the_body_ride_on_news_and_count_once(index: Index) -> None:
    read = Statement("Wening", "Bendungan retak", organisation="KPU", force=Force.DENIED, start=0, end=15)
    body = "Bendungan retak, kata Wening."
    index.put(
        [report("n", "Kabar Randu", body=body, statements=(read,)), check("c", "Cek", body=body, statements=(read,))]
    )
    plain = report("n", "Kabar Randu", body=body)
    news = index.search(ask("kabar randu"), ArticleKind.NEWS).candidates[0]
    checked = index.search(ask("cek"), ArticleKind.FACT_CHECK).candidates[0]
    assert (news.article.statements, checked.article.statements) == ((read,), ())
    index.put([plain])
    assert index.search(ask("kabar randu"), ArticleKind.NEWS).candidates[0].scores == news.scores


def test_words_of_the_body_count_for_all_and_covered_only(index: Index) -> None:
    index.put(
        [check("a", "Gempa di Palu", body="Menurut BMKG gerhana tidak memicu gempa."), check("b", "Banjir di Solo")]
    )
    scores = index.search(ask("gerhana"), ArticleKind.FACT_CHECK).candidates[0].scores
    assert (scores["head"], scores["grams"]) == (0.0, 0.0)
    assert scores["all"] > 0
    assert scores["covered"] > 0


def test_covered_is_the_rarity_of_the_words_that_are_there(index: Index) -> None:
    index.put(library(60))
    answer = index.search(ask("beras gratis Jakarta kucing"), ArticleKind.FACT_CHECK)
    assert answer.rarity["kucing"] == max(answer.rarity.values())
    for each in answer.candidates:
        known = {"beras", "gratis", "jakarta"} & every_word(each)
        assert each.scores["covered"] == pytest.approx(sum(answer.rarity[word] for word in known), rel=1e-4)


def every_word(candidate: Candidate) -> set[str]:
    original = next(each for each in library(60) if each.id == candidate.article.id)
    return set(ask(f"{original.title} {original.claim} {original.summary} {original.body} {original.outlet}").words)


def test_rarity_is_told_for_every_word_of_question_and_candidates(index: Index) -> None:
    index.put([check("a", "Air kelapa"), check("b", "Air laut"), check("c", "Beras")])
    answer = index.search(ask("air kucing"), ArticleKind.FACT_CHECK)
    assert answer.total == 3
    assert answer.rarity.keys() == {"air", "kucing", *ask("kelapa laut").words}
    assert answer.rarity["air"] == pytest.approx(math.log(1 + 1.5 / 2.5))
    assert answer.rarity["kucing"] == pytest.approx(math.log(1 + 3.5 / 0.5))


def test_the_best_come_first_and_limit_holds_per_list(index: Index) -> None:
    index.put(library(120))
    answer = index.search(ask("Pertamina menutup minyak goreng di Bandung 2020"), ArticleKind.FACT_CHECK, limit=5)
    heads = [each.scores["head"] for each in answer.candidates[:5]]
    assert 5 <= len(answer.candidates) <= 15
    assert heads == sorted(heads, reverse=True)


def test_a_word_counts_once_however_often_it_is_typed(index: Index) -> None:
    index.put(library(30))
    once, often = (index.search(ask(text), ArticleKind.FACT_CHECK) for text in ("beras", "beras " * 50))
    assert {c.article.id: c.scores["head"] for c in once.candidates} == {
        c.article.id: c.scores["head"] for c in often.candidates
    }


def test_a_candidate_carries_how_the_body_begins(index: Index) -> None:
    body = "Menurut BMKG, gerhana tidak memicu gempa.\n" * 40
    index.put([check("a", "Gempa di Palu", body=body), check("b", "Gempa di Solo")])
    leads = {each.article.id: each.lead for each in index.search(ask("gempa"), ArticleKind.FACT_CHECK).candidates}
    assert leads == {"a": body[:LEAD], "b": ""}


# ---------------------------------------------------------------- the list by meaning


def near(index: Index, query: Query, limit: int = 20) -> dict[str, float]:
    """The candidates that have a cosine, with it."""
    candidates = index.search(query, ArticleKind.FACT_CHECK, limit).candidates
    return {each.article.id: each.scores["meaning"] for each in candidates if "meaning" in each.scores}


def asking(text: str, meaning: object) -> Query:
    return replace(ask(text), meaning=meaning)  # type: ignore[arg-type]


def test_what_shares_no_word_is_found_by_its_meaning(index: Index) -> None:
    articles = [check("a", "Air kelapa menyembuhkan covid"), check("b", "Gempa besar di Palu")]
    index.put(articles, meanings(articles))
    query = asking("obat mujarab", between(pointing("a"), pointing("b"), 0.7))
    answer = index.search(query, ArticleKind.FACT_CHECK)
    cosines = {each.article.id: each.scores["meaning"] for each in answer.candidates}
    assert cosines["a"] > cosines["b"] > 0
    assert cosines["a"] == pytest.approx(float(query.meaning.vector @ pointing("a").vector), abs=0.01)  # type: ignore[union-attr]
    assert {each.scores[name] for each in answer.candidates for name in ("head", "all", "grams", "covered")} == {0.0}
    assert answer.rarity.keys() >= {word for each in answer.candidates for word in each.words}


def test_every_candidate_with_a_meaning_has_its_cosine_and_only_the_nearest_join(index: Index) -> None:
    articles = library(80)
    index.put(articles, meanings(articles))
    query = asking(articles[0].claim, pointing(articles[7].id))
    by_words = {each.article.id for each in index.search(ask(query.text), ArticleKind.FACT_CHECK, 5).candidates}
    cosines = near(index, query, 5)
    assert len(cosines) <= len(by_words) + 5
    assert cosines.keys() >= by_words
    exact = [float(pointing(each.id).vector @ pointing(articles[7].id).vector) for each in articles]
    assert heapq.nlargest(5, cosines.values()) == pytest.approx(heapq.nlargest(5, exact), abs=0.01)
    assert cosines[articles[7].id] == pytest.approx(1, abs=0.01)


def test_without_a_meaning_of_its_own_a_question_has_no_such_list(index: Index) -> None:
    articles = library(10)
    index.put(articles, meanings(articles))
    assert near(index, ask(articles[0].claim)) == {}


def test_articles_without_a_meaning_have_no_cosine(index: Index) -> None:
    index.put([check("a", "Air kelapa")], meanings([check("a", "")]))
    index.put([check("b", "Air laut")])
    assert near(index, asking("air", pointing("b"))).keys() == {"a"}
    assert (index.meant("acak"), index.count()) == (1, 2)


def test_meanings_by_two_encoders_are_never_compared(index: Index) -> None:
    one, other = [check("a", "Air kelapa")], [check("b", "Air laut")]
    index.put(one, meanings(one, "lama"))
    index.put(other, meanings(other, "baru"))
    assert near(index, asking("air", pointing("a", "lama"))).keys() == {"a"}
    assert near(index, asking("air", pointing("a", "baru"))).keys() == {"b"}
    assert near(index, asking("air", pointing("a", "asing"))) == {}
    assert [index.meant(each) for each in ("lama", "baru", "asing")] == [1, 1, 0]


def test_the_meaning_of_a_replaced_or_dropped_article_is_gone(index: Index) -> None:
    articles = [check("a", "Air kelapa"), check("b", "Air laut"), check("c", "Air hujan")]
    index.put(articles, meanings(articles))
    index.put(articles[:1], [pointing("lain")])
    index.drop(["b"])
    cosines = near(index, asking("", pointing("a")))
    assert cosines.keys() == {"a", "c"}
    assert cosines["a"] < 0.6
    assert near(index, asking("", pointing("lain")))["a"] == pytest.approx(1, abs=0.01)
    index.put(articles[:1])
    assert near(index, asking("", pointing("a"))).keys() == {"c"}
    assert index.meant("acak") == 1


def test_however_often_an_article_is_put_others_are_still_found_by_meaning(index: Index) -> None:
    articles = [check(each, "Air") for each in ("a", "b", "c")]
    index.put(articles, meanings(articles))
    for _ in range(50):
        index.put(articles[:1], meanings(articles[:1]))
    assert near(index, asking("", pointing("a")), 2).keys() >= {"a"}
    assert len(near(index, asking("", pointing("a")), 2)) == 2


def test_meanings_of_fact_checks_and_news_do_not_mix(index: Index) -> None:
    mixed = [check("a", "Air"), report("n", "Air"), check("b", "Api")]
    index.put(mixed, meanings(mixed))
    assert near(index, asking("", pointing("n"))).keys() == {"a", "b"}
    news = index.search(asking("", pointing("n")), ArticleKind.NEWS).candidates
    assert [(each.article.id, round(each.scores["meaning"], 2)) for each in news] == [("n", 1.0)]


def test_a_rebuild_takes_the_meanings_along(index: Index) -> None:
    articles = [*library(30), report("n", "Air kelapa mahal")]
    index.rebuild(iter(articles), iter(meanings(articles)))
    assert near(index, asking("", pointing(articles[3].id)))[articles[3].id] == pytest.approx(1, abs=0.01)
    assert index.meant("acak") == 31
    index.rebuild(articles)
    assert (index.meant("acak"), near(index, asking("", pointing(articles[3].id)))) == (0, {})


# ---------------------------------------------------------------- strange questions and texts


@pytest.mark.parametrize("kind", BOTH)
def test_an_empty_library_has_no_answers(index: Index, kind: ArticleKind) -> None:
    answer = index.search(ask("air kelapa"), kind)
    assert (answer.candidates, answer.total, index.count()) == ((), 0, 0)


def test_an_empty_question_finds_nothing(index: Index) -> None:
    index.put(library(10))
    assert index.search(Query("", QueryKind.EMPTY), ArticleKind.FACT_CHECK).candidates == ()


def test_the_longest_message_is_searched(index: Index) -> None:
    index.put(library(50))
    text = " ".join(each.claim for each in library(120, seed=11))[:4096]
    assert len(text) == 4096
    assert index.search(ask(text), ArticleKind.FACT_CHECK).candidates


@pytest.mark.parametrize(
    "hostile",
    [
        '") OR 1=1 --',
        "head:* AND id:a",
        "\x00\x1b[31m",
        "\u202e\u200b",
        "😀👨‍👩‍👧‍👦",
        "a" * 4096,
        "'" * 500,
        "\\" * 50,
        "\ud83d bocor",
    ],
)
def test_hostile_text_is_only_text(index: Index, hostile: str) -> None:
    article = check("a", f"Air kelapa {hostile}", summary=hostile, body=hostile, rating=hostile)
    index.put([article])
    index.search(ask(hostile), ArticleKind.FACT_CHECK)
    assert found(index, "air kelapa") == ["a"]


# ---------------------------------------------------------------- many at once, and rebuilding


def test_a_rebuild_replaces_everything(index: Index) -> None:
    index.put([check("old", "Air kelapa")])
    assert index.rebuild([*library(20), report("n", "Air kelapa mahal")]) == 21
    assert index.count() == 21
    assert found(index, "air kelapa", ArticleKind.NEWS) == ["n"]
    assert "old" not in found(index, "air kelapa")


def test_a_rebuild_from_nothing_empties(index: Index) -> None:
    index.put(library(5))
    assert index.rebuild([]) == 0
    assert index.count() == 0


def test_searching_never_pauses_while_another_thread_puts(index: Index) -> None:
    index.put([check("steady", "Air kelapa menyembuhkan covid")])
    seen = searched_meanwhile(index, lambda: [index.put([each]) for each in library(12)])
    assert seen == {"steady"}
    assert index.count() == 13


def test_searching_never_pauses_while_the_index_is_rebuilt(index: Index) -> None:
    steady = [check("steady", "Air kelapa menyembuhkan covid"), *library(30)]
    index.rebuild(steady)
    seen = searched_meanwhile(index, lambda: [index.rebuild(steady) for _ in range(4)])
    assert "steady" in seen
    assert index.count() == 31


def searched_meanwhile(index: Index, work: object) -> set[str]:
    """First hits for one question in two threads while `work` is done; an error or an empty result fails."""
    done, firsts, errors = threading.Event(), Counter[str](), list[BaseException]()

    def search() -> None:
        try:
            while not done.is_set():
                firsts[found(index, "air kelapa menyembuhkan covid")[0]] += 1
        except BaseException as error:  # noqa: BLE001 - told to the test
            errors.append(error)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        work()  # type: ignore[operator]
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert errors == []
    return set(firsts)


# ---------------------------------------------------------------- the oracle


TOLERANCE = {"head": 1e-4, "covered": 1e-4, "meaning": 1e-4, "all": 0.06, "grams": 0.06}
"""tantivy keeps a field's length in one byte, which is exact up to 40 terms."""


@pytest.mark.parametrize("name", [name for name in engines() if name != "memory"])
def test_an_engine_agrees_with_the_oracle(name: str, tmp_path: Path) -> None:
    engine, oracle = HOW[name](tmp_path), MemoryIndex()
    articles = [*library(300), *library(120, ArticleKind.NEWS)]
    engine.rebuild(articles, meanings(articles))
    oracle.put(articles, meanings(articles))
    for asked in library(25, seed=99):
        for kind in BOTH:
            compare(engine, oracle, asked, kind)
    engine.close()


def compare(engine: Index, oracle: Index, asked: Article, kind: ArticleKind) -> None:
    query = asking(asked.claim, pointing(asked.claim))
    ours, theirs = (each.search(query, kind, limit=500) for each in (engine, oracle))
    assert ours.total == theirs.total
    assert dict(ours.rarity) == pytest.approx(dict(theirs.rarity))
    one, other = ({each.article.id: each for each in one.candidates} for one in (ours, theirs))
    assert one.keys() == other.keys()
    for id, each in one.items():
        assert (each.article, each.words, each.lead) == (other[id].article, other[id].words, other[id].lead)
        for name, tolerance in TOLERANCE.items():
            assert each.scores[name] == pytest.approx(other[id].scores[name], rel=tolerance, abs=1e-5)
    for name, tolerance in TOLERANCE.items():
        best = heapq.nlargest(10, other, key=lambda id, by=name: other[id].scores[by])
        first = heapq.nlargest(10, one, key=lambda id, by=name: one[id].scores[by])
        assert min(other[id].scores[name] for id in first) >= (1 - 2 * tolerance) * other[best[-1]].scores[name]
