"""A file of articles walked into a real store and a real index."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from periksa.encoders.network import NetworkEncoder
from periksa.encoders.pieces import Table, Vocabulary
from periksa.errors import InputError, ModelUnavailable
from periksa.index.memory import MemoryIndex
from periksa.ingest import BATCH, MOST_PROBLEMS, Imported, Ingest, meanings, with_meanings
from periksa.lang import analysis
from periksa.model import (
    Address,
    Article,
    ArticleKind,
    Job,
    JobKind,
    JobState,
    Message,
    MessageKind,
    Query,
    QueryKind,
)
from periksa.sources import Parsed
from periksa.sources.article import PlainArticle
from periksa.sources.claimreview import ClaimReview
from periksa.sources.jsonl import Jsonl
from periksa.store import Store
from periksa.store.memory import MemoryStore
from periksa.store.sealing import Sealing
from periksa.store.sql import SqlStore, migrate

SEALING = Sealing([b"k" * 32])
Import = Callable[..., Imported]


def _sqlite(folder: Path) -> SqlStore:
    address = f"sqlite:///{folder}/periksa.db"
    migrate(address, SEALING)
    return SqlStore(address, SEALING)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store: Store = MemoryStore() if request.param == "memory" else _sqlite(tmp_path)
    yield store
    store.close()


@pytest.fixture
def index() -> MemoryIndex:
    return MemoryIndex()


@pytest.fixture
def ingest(store: Store, index: MemoryIndex, clock: Callable[[], datetime]) -> Ingest:
    return Ingest(store, [Jsonl(), ClaimReview(), PlainArticle()], index, clock)


@pytest.fixture
def told() -> list[Parsed]:
    """What `progress` was told."""
    return []


@pytest.fixture
def import_lines(ingest: Ingest, tmp_path: Path, told: list[Parsed]) -> Import:
    """Imports these records and raw lines as one file."""

    def import_lines(*lines: dict[str, Any] | str) -> Imported:
        path = tmp_path / "cek.jsonl"
        path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
        return ingest.import_file(path, told.append)

    return import_lines


@pytest.fixture
def work(ingest: Ingest, store: Store, clock: Callable[[], datetime]) -> Callable[[], list[str]]:
    """Does the index jobs that are due, as a worker would; whose they were."""

    def work() -> list[str]:
        lease = timedelta(minutes=5)
        jobs = store.write(lambda tx: tx.jobs.claim([JobKind.INDEX], 5000, clock(), lease)).result()
        ingest.add(jobs)
        return [job.key for job in jobs]

    return work


def check(number: int, rating: str = "SALAH", **fields: Any) -> dict[str, Any]:
    return {"id": f"kk-{number}", "claim": f"Jembatan Randu nomor {number} ambruk", "rating": rating, **fields}


def counts(imported: Imported) -> tuple[int, int, int, int]:
    return imported.read, imported.new_or_changed, imported.unchanged, imported.refused


def ratings(index: MemoryIndex, words: str) -> dict[str, str]:
    query = Query(words, QueryKind.KEYWORD, words=analysis.words(words, "id"))
    found = index.search(query, ArticleKind.FACT_CHECK).candidates
    return {candidate.article.id: candidate.article.rating for candidate in found}


def test_what_is_imported_is_found(import_lines: Import, work: Callable[[], list[str]], index: MemoryIndex) -> None:
    assert counts(import_lines(check(1), check(2, "BENAR"))) == (2, 2, 0, 0)
    assert index.count() == 0
    assert work() == ["kk-1", "kk-2"]
    assert ratings(index, "jembatan ambruk") == {"kk-1": "SALAH", "kk-2": "BENAR"}
    assert work() == []


def test_the_same_file_twice_changes_nothing(import_lines: Import, work: Callable[[], list[str]]) -> None:
    import_lines(check(1), check(2))
    work()
    assert counts(import_lines(check(1), check(2))) == (2, 0, 2, 0)
    assert work() == []


def test_a_changed_rating_is_indexed_again(
    import_lines: Import, work: Callable[[], list[str]], index: MemoryIndex
) -> None:
    import_lines(check(1), check(2))
    work()
    assert counts(import_lines(check(1), check(2, "BENAR"))) == (2, 1, 1, 0)
    assert work() == ["kk-2"]
    assert ratings(index, "jembatan") == {"kk-1": "SALAH", "kk-2": "BENAR"}


def test_a_broken_line_in_the_middle_is_reported_and_the_rest_imported(
    import_lines: Import, store: Store, told: list[Parsed]
) -> None:
    imported = import_lines(check(1), '{"id": "kk-2", "claim":', check(3, lang="Jawa"), check(4))
    assert counts(imported) == (3, 3, 0, 1)
    assert [(problem.where, problem.field, problem.refused) for problem in imported.problems] == [
        ("cek.jsonl:2", "", True),
        ("cek.jsonl:3", "lang", False),
    ]
    assert store.read(lambda tx: [article.id for article in tx.articles.all()]) == ["kk-1", "kk-3", "kk-4"]
    assert [parsed.article and parsed.article.id for parsed in told] == ["kk-1", None, "kk-3", "kk-4"]


def test_more_than_one_batch(import_lines: Import, work: Callable[[], list[str]], store: Store) -> None:
    many = [check(number) for number in range(2 * BATCH + 1)]
    assert counts(import_lines(*many)) == (2 * BATCH + 1, 2 * BATCH + 1, 0, 0)
    assert store.read(lambda tx: tx.articles.count()) == 2 * BATCH + 1
    assert len(work()) == 2 * BATCH + 1


def test_a_flood_of_problems_is_counted_and_not_kept(import_lines: Import) -> None:
    imported = import_lines(*["rusak"] * (MOST_PROBLEMS + 7), check(1))
    assert counts(imported) == (1, 1, 0, MOST_PROBLEMS + 7)
    assert (len(imported.problems), imported.more_problems) == (MOST_PROBLEMS, 7)


def test_of_two_records_with_one_id_the_later_is_stored(import_lines: Import, store: Store) -> None:
    import_lines(check(1), check(1, "BENAR"))
    assert store.read(lambda tx: [article.rating for article in tx.articles.get(["kk-1"])]) == ["BENAR"]


def test_every_form_goes_through_one_door(ingest: Ingest, store: Store, told: list[Parsed]) -> None:
    for path in sorted((Path(__file__).parent / "sources/files").iterdir()):
        assert ingest.import_file(path, told.append).read > 0
    titles = store.read(lambda tx: [article.title for article in tx.articles.all()])
    assert "Harbour ferry resumes after two-day stop" in titles
    assert 'Air jeruk nipis "menetralkan" bisa ular' in titles
    assert "Pengisian Bendungan Randu Dimulai April" in titles


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "cek.csv",
            b"id,claim\n",
            "cek.csv is of no form that is understood; import one of: JSON lines (.jsonl), "
            "ClaimReview (.json, .jsonld), plain-text articles (.txt).",
        ),
        ("cek.jsonl", b"", "cek.jsonl is empty; nothing was imported."),
        ("cek.jsonl", None, "{folder}/cek.jsonl cannot be read: No such file or directory."),
    ],
)
def test_a_file_that_cannot_be_imported(
    ingest: Ingest, store: Store, tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as error:
        ingest.import_file(tmp_path / name, lambda _: None)
    assert str(error.value) == sentence.format(folder=tmp_path)
    assert store.read(lambda tx: tx.articles.count()) == 0


def test_an_article_that_is_gone_is_dropped(
    import_lines: Import, work: Callable[[], list[str]], index: MemoryIndex, store: Store, clock: Callable[[], datetime]
) -> None:
    import_lines(check(1), check(2))
    work()

    def retract(tx: Any) -> None:
        tx.articles.drop(["kk-1"])
        tx.jobs.add([Job(JobKind.INDEX, "kk-1")], clock())

    store.write(retract).result()
    assert work() == ["kk-1"]
    assert ratings(index, "jembatan") == {"kk-2": "SALAH"}


def test_a_shift_that_runs_twice_does_no_harm(
    import_lines: Import, ingest: Ingest, store: Store, index: MemoryIndex, clock: Callable[[], datetime]
) -> None:
    import_lines(check(1))
    jobs = store.write(lambda tx: tx.jobs.claim([JobKind.INDEX], 10, clock(), timedelta(minutes=5))).result()
    ingest.add(jobs)
    ingest.add(jobs)
    assert index.count() == 1
    assert store.read(lambda tx: tx.jobs.counts()) == {}


def test_open_cases_are_looked_at_again_when_something_new_can_be_found(
    import_lines: Import, ingest: Ingest, store: Store, clock: Callable[[], datetime]
) -> None:
    message = Message("m", "c", "web", "p", MessageKind.TEXT, clock(), clock(), text="jembatan")
    store.write(lambda tx: tx.contacts.resolve([Address("web", "s", "session")], "c", clock())).result()
    store.write(lambda tx: tx.messages.add(message)).result()
    store.write(lambda tx: tx.cases.join(["k"], "jembatan", "m", clock(), "case")).result()
    import_lines(check(1), check(2))
    jobs = store.write(lambda tx: tx.jobs.claim([JobKind.INDEX], 10, clock(), timedelta(minutes=5))).result()
    for job in jobs:
        ingest.add([job])
    [review] = store.read(lambda tx: tx.jobs.list(JobState.READY))
    assert (review.kind, review.not_before) == (JobKind.REVIEW, clock() + timedelta(seconds=10))


def test_what_was_told_is_put_right_where_a_publisher_changes_its_mind(
    import_lines: Import, store: Store, clock: Callable[[], datetime]
) -> None:
    def corrected() -> list[str]:
        return [job.key for job in store.read(lambda tx: tx.jobs.list(JobState.READY)) if job.kind is JobKind.CORRECT]

    import_lines(check(1), check(2))
    import_lines(check(1) | {"summary": "Ejaan diperbaiki."})
    assert corrected() == []
    import_lines(check(1) | {"rating": "BENAR"}, check(2))
    assert corrected() == ["kk-1"]


def test_a_second_change_waits_for_the_first(import_lines: Import, store: Store, clock: Callable[[], datetime]) -> None:
    """Two workers with one article could put the older text last."""

    def claim() -> list[str]:
        lease = timedelta(minutes=5)
        return [job.key for job in store.write(lambda tx: tx.jobs.claim([JobKind.INDEX], 10, clock(), lease)).result()]

    import_lines(check(1))
    assert claim() == ["kk-1"]
    import_lines(check(1, "BENAR"), check(2))
    assert claim() == ["kk-2"]


def test_reindex_builds_anew_from_the_store(
    import_lines: Import, ingest: Ingest, index: MemoryIndex, store: Store
) -> None:
    index.put([Article(id="tua", kind=ArticleKind.FACT_CHECK, title="Jembatan yang sudah dilupakan")])
    import_lines(check(1), check(2))
    progress: list[int] = []
    assert ingest.reindex(progress.append) == 2
    assert progress == [1, 2]
    assert ratings(index, "jembatan") == {"kk-1": "SALAH", "kk-2": "SALAH"}


def test_what_changes_while_the_index_is_rebuilt_is_indexed_again(
    tmp_path: Path, index: MemoryIndex, clock: Callable[[], datetime]
) -> None:
    store = _sqlite(tmp_path)
    ingest = Ingest(store, [Jsonl()], index, clock)
    old, new, gone = (
        Article(id=id, kind=ArticleKind.FACT_CHECK, title="Jembatan", rating=rating)
        for id, rating in (("kk-1", "SALAH"), ("kk-1", "BENAR"), ("kk-2", "SALAH"))
    )
    store.write(lambda tx: tx.articles.put([old, gone], clock())).result()

    def meanwhile(count: int) -> None:
        if count == 2:
            store.write(lambda tx: (tx.articles.put([new], clock()), tx.articles.drop(["kk-2"]))).result()
            index.put([new])
            index.drop(["kk-2"])

    ingest.reindex(meanwhile)
    assert ratings(index, "jembatan") == {"kk-1": "SALAH", "kk-2": "SALAH"}
    jobs = store.read(lambda tx: tx.jobs.list(JobState.READY))
    assert {job.key for job in jobs} == {"kk-1", "kk-2"}
    ingest.add(jobs)
    assert ratings(index, "jembatan") == {"kk-1": "BENAR"}
    store.close()


# ---------------------------------------------------------------- meanings

TINY = Path(__file__).parent / "encoders/tiny"


def tiny(encoder: Path = TINY / "encoder.onnx") -> NetworkEncoder:
    vocabulary = Vocabulary(TINY / "pieces.spm")
    return NetworkEncoder(encoder, vocabulary, Table(TINY / "pieces.npz", vocabulary))


def cosines(index: MemoryIndex, article: Article) -> dict[str, float]:
    """How near every article is to what this one is about."""
    meaning = meanings([article], tiny())[0]
    found = index.search(Query("", QueryKind.KEYWORD, meaning=meaning), ArticleKind.FACT_CHECK).candidates
    return {each.article.id: round(each.scores["meaning"], 2) for each in found}


def test_with_an_encoder_articles_are_put_with_their_meanings(
    store: Store, index: MemoryIndex, clock: Callable[[], datetime]
) -> None:
    ingest = Ingest(store, [Jsonl()], index, clock, tiny())
    ular, palu = (
        Article(id, ArticleKind.FACT_CHECK, title) for id, title in (("ular", "Air kelapa"), ("palu", "Gempa besar"))
    )
    store.write(lambda tx: (tx.articles.put([ular, palu], clock()), tx.jobs.add(index_jobs("ular", "palu"), clock())))
    ingest.index_waiting(lambda _: None)
    assert index.meant(tiny().fingerprint) == 2
    assert cosines(index, ular)["ular"] == cosines(index, palu)["palu"] == 1
    index.put([ular, palu])
    assert cosines(index, ular) == {}
    assert ingest.reindex(lambda _: None) == 2
    assert cosines(index, ular)["ular"] == cosines(index, palu)["palu"] == 1


def test_a_damaged_model_puts_the_jobs_back(
    store: Store, index: MemoryIndex, clock: Callable[[], datetime], tmp_path: Path
) -> None:
    ingest = Ingest(store, [Jsonl()], index, clock, tiny(tmp_path / "gone.onnx"))
    article = Article("ular", ArticleKind.FACT_CHECK, "Air kelapa")
    store.write(lambda tx: (tx.articles.put([article], clock()), tx.jobs.add(index_jobs("ular"), clock())))
    with pytest.raises(ModelUnavailable):
        ingest.index_waiting(lambda _: None)
    assert [job.key for job in store.read(lambda tx: tx.jobs.list(JobState.READY))] == ["ular"]


def index_jobs(*ids: str) -> list[Job]:
    return [Job(JobKind.INDEX, id, lane=id) for id in ids]


def test_a_stream_of_articles_has_a_stream_of_meanings_beside_it() -> None:
    articles = [Article(str(at), ArticleKind.FACT_CHECK, "Air kelapa " * (at % 7)) for at in range(2 * BATCH + 3)]
    left, right = with_meanings(iter(articles), tiny())
    meant = [(article, meaning) for article, meaning in zip(left, right, strict=True)]
    assert [article for article, _ in meant] == articles
    assert meant[BATCH + 1][1].vector == pytest.approx(tiny().heads([articles[BATCH + 1]])[0], abs=1e-4)
    assert with_meanings(articles, None) == (articles, ())


def test_articles_get_the_statements_that_stand_in_them(import_lines: Import, store: Store) -> None:
    body = "Air surut, kata Bupati Sutarjo."
    given = [{"speaker": "Ratna", "words": "Air naik"}]
    import_lines(
        {"id": "b-1", "kind": "news", "title": "Air", "body": body},
        {"id": "b-2", "kind": "news", "title": "Air", "body": body, "statements": given},
        check(3, body=f"Penjelasan: {body}"),
    )
    found = {each.id: each.statements for each in store.read(lambda tx: tx.articles.get(["b-1", "b-2", "kk-3"]))}
    assert {id: [one.speaker for one in said] for id, said in found.items()} == {
        "b-1": ["Sutarjo"],
        "b-2": ["Ratna"],
        "kk-3": ["Sutarjo"],
    }
    (one,) = found["b-1"]
    assert body[one.start : one.end] == one.words == "Air surut"


def test_reading_statements_again_changes_nothing(import_lines: Import) -> None:
    line = {
        "id": "b-1",
        "kind": "news",
        "title": "Air",
        "date": "2023-02-06",
        "body": "Air surut, kata Bupati Sutarjo.",
    }
    assert counts(import_lines(line)) == (1, 1, 0, 0)
    assert counts(import_lines(line)) == (1, 0, 1, 0)


def test_a_date_in_the_future_is_remarked_and_kept(import_lines: Import, clock: Callable[[], datetime]) -> None:
    days = [(clock() + timedelta(days=ahead)).date().isoformat() for ahead in (1, 2)]
    imported = import_lines(check(1, date=days[0]), check(2, date=days[1]))
    assert counts(imported) == (2, 2, 0, 0)
    [problem] = imported.problems
    assert (problem.where, problem.field, problem.refused) == ("cek.jsonl", "date", False)
    assert problem.what == f'is in the future: {days[1]} ("kk-2"); it was kept'


SPOKEN = {
    "id": "kabar-1",
    "kind": "news",
    "title": "Bendungan Randu",
    "date": "2023-03-09",
    "text": '"Kami tidak bisa menunda," kata juru bicara Dinas Pengairan Wening Laksita, Rabu (8/3).',
}


def test_what_came_in_the_same_is_not_read_again(import_lines: Import, store: Store, clock: Any) -> None:
    import_lines(SPOKEN)
    (article,) = store.read(lambda tx: tx.articles.get(["kabar-1"]))
    bare = replace(article, statements=())
    store.write(lambda tx: tx.articles.put([bare], clock())).result()
    again = import_lines(SPOKEN)
    assert (again.read, again.unchanged) == (1, 1)
    assert store.read(lambda tx: tx.articles.get(["kabar-1"])) == [bare], "it was not looked at"


def test_a_better_reading_of_statements_reads_all_again(import_lines: Import, store: Store, clock: Any) -> None:
    import_lines(SPOKEN)
    (article,) = store.read(lambda tx: tx.articles.get(["kabar-1"]))
    store.write(lambda tx: tx.articles.put([replace(article, statements=())], clock())).result()
    store.write(lambda tx: tx.changes.came({"kabar-1": "as an earlier version marked it"})).result()
    assert import_lines(SPOKEN).new_or_changed == 1
    assert store.read(lambda tx: tx.articles.get(["kabar-1"])) == [article]


def test_what_was_changed_on_its_way_in_is_the_last_that_came(import_lines: Import, store: Store) -> None:
    import_lines(check(1, "SALAH"))
    others = [check(number) for number in range(2, BATCH + 1)]
    import_lines(check(1, "BENAR"), *others, check(1, "SALAH"))
    assert [one.rating for one in store.read(lambda tx: tx.articles.get(["kk-1"]))] == ["SALAH"]


def test_a_record_that_was_withdrawn_leaves_the_library(
    import_lines: Import, work: Callable[[], list[str]], store: Store, index: MemoryIndex
) -> None:
    import_lines(check(1), check(2))
    work()
    done = import_lines({"id": "kk-1", "withdrawn": True}, {"id": "kk-9", "withdrawn": True}, check(2))
    assert (done.read, done.unchanged, done.withdrawn, done.problems) == (1, 1, 1, [])
    assert work() == ["kk-1"]
    assert index.count() == 1
    ready = store.read(lambda tx: tx.jobs.list(JobState.READY, 100))
    assert [job.key for job in ready if job.kind is JobKind.CORRECT] == ["kk-1"]
