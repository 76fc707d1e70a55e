"""Learns what every matching feature is worth: `src/periksa/answers/weights.toml`.

    .venv/bin/pip install -r training/requirements.txt
    .venv/bin/python training/rank.py DOCS… --queries Q…

Two steps, both convex, so the same data give the same weights:
1. *points*: a listwise softmax over the candidates of each training query (the right one should have most points);
2. *sure*: a logistic regression on the first candidates of each query, and of the same query with its right answers
   taken away, so that it learns what "not in the library" looks like; then the same in small libraries, because a
   newsroom that starts has a hundred articles and any of them looks best there.
Only queries of split `train` are read. The data are those of `periksa eval` (see docs/measuring.md).
"""

from __future__ import annotations

import argparse
import math
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.progress import track
from scipy.optimize import minimize

from periksa.answers.features import FEATURES, Asked, Pair, values
from periksa.answers.rank import brevity, standing
from periksa.index.embedded import EmbeddedIndex
from periksa.measure import Question, message, questions
from periksa.model import Article, ArticleKind, Candidate, Found, Query
from periksa.readers.text import TextReader
from periksa.sources.jsonl import Jsonl

OUT = Path(__file__).parents[1] / "src/periksa/answers/weights.toml"
TAUGHT = ("normal", "near_title")
SHORT_WEIGHT = 3.0
"""Keywords and headlines are few beside narratives: each counts this much."""
ABSENT_WEIGHT = 0.7
SMALL = (60, 100, 100, 150, 200, 300, 500, 1000)
"""Sizes of the small libraries, in articles."""
SMALL_WEIGHT = 0.5
"""What a question to a small library counts."""
SEED = 20261122
FIRST = 4
"""Candidates of each query that teach *sure*."""
RIDGE_POINTS, RIDGE_SURE = 1e-3, 1e-4


@dataclass
class Example:
    """One query: candidates, their features, which are right."""

    query: Query
    candidates: Sequence[Candidate]
    features: np.ndarray
    right: np.ndarray
    weight: float


def example(query: Query, found: Found, question: Question) -> Example:
    asked = Asked(query, found)
    rows = [list(values(Pair(asked, c, at)).values()) for at, c in enumerate(found.candidates)]
    right = np.array([c.article.id in question.relevant for c in found.candidates], bool)
    weight = 1.0 if question.kind == "narrative" else SHORT_WEIGHT
    return Example(query, found.candidates, np.array(rows).reshape(len(rows), len(FEATURES)), right, weight)


def without_right(query: Query, found: Found, question: Question) -> Example:
    left = tuple(c for c in found.candidates if c.article.id not in question.relevant)
    return example(query, Found(left, found.rarity, found.total), question)


def taught(queries: Sequence[Path]) -> list[Question]:
    asked = (question for path in queries for question in questions(path))
    return [q for q in asked if q.split == "train" and q.type in TAUGHT and q.kind != "komdigi_title_auto"]


def examples(library: Sequence[Article], asked: Sequence[Question], what: str) -> Iterator[tuple[Example, Example]]:
    with tempfile.TemporaryDirectory() as folder:
        index = EmbeddedIndex(Path(folder), time.sleep)
        index.rebuild(library)
        reader = TextReader()
        for question in track(asked, what):
            query = reader.read(message(question))
            if query.words:
                found = index.search(query, ArticleKind.FACT_CHECK)
                yield example(query, found, question), without_right(query, found, question)


def small_libraries(
    library: Sequence[Article], asked: Sequence[Question]
) -> Iterator[tuple[list[Article], list[Question]]]:
    """Small libraries, each with the questions it can answer and as many that it cannot."""
    chance = random.Random(SEED)  # noqa: S311 - a draw to learn from, no secret
    for size in SMALL:
        drawn = chance.sample(library, size)
        held = {article.id for article in drawn}
        inside = [q for q in asked if q.relevant & held]
        outside = chance.sample([q for q in asked if not q.relevant & held], max(30, len(inside)))
        yield drawn, inside + outside


def doubled(each: Example) -> np.ndarray:
    return np.hstack([each.features, each.features * brevity(each.query)])


def learn_points(taught: Sequence[Example]) -> np.ndarray:
    matrix = np.vstack([doubled(each) for each in taught])
    scale = matrix.std(0) + 1e-9
    matrix /= scale
    right = np.concatenate([each.right for each in taught]).astype(float)
    sizes = [len(each.right) for each in taught]
    group = np.repeat(np.arange(len(taught)), sizes)
    start = np.r_[0, np.cumsum(sizes)[:-1]]
    weight = np.array([each.weight for each in taught])
    weight /= weight.sum()

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        points = matrix @ w
        raised = np.exp(points - np.maximum.reduceat(points, start)[group])
        share = raised / np.add.reduceat(raised, start)[group]
        hit = np.maximum(np.add.reduceat(share * right, start), 1e-12)
        gradient = matrix.T @ ((share - share * right / hit[group]) * weight[group])
        return float(-(weight * np.log(hit)).sum() + RIDGE_POINTS * w @ w), gradient + 2 * RIDGE_POINTS * w

    fitted = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 800})
    return fitted.x / scale


def sure_rows(each: Example, points_by: np.ndarray) -> Iterator[tuple[list[float], bool]]:
    points = (doubled(each) @ points_by).tolist()
    order = sorted(range(len(points)), key=lambda at: -points[at])[:10]
    short, length = brevity(each.query), math.log1p(len(each.query.words))
    for at in order[:FIRST]:
        extra = standing(at, order, points, each.candidates)
        row = [*each.features[at], *extra.values(), length]
        yield row + [value * short for value in row], bool(each.right[at])


def learn_sure(pairs: Sequence[tuple[Example, Example]], points_by: np.ndarray) -> tuple[np.ndarray, float]:
    rows, right, weight = [], [], []
    for present, absent in pairs:
        for each, share in ((present, 1.0), (absent, ABSENT_WEIGHT)):
            for row, is_right in sure_rows(each, points_by):
                rows.append(row)
                right.append(is_right)
                weight.append(share * each.weight)
    matrix, sign = np.array(rows), np.where(right, 1.0, -1.0)
    mean, scale = matrix.mean(0), matrix.std(0) + 1e-9
    matrix = np.hstack([(matrix - mean) / scale, np.ones((len(rows), 1))])
    share = np.array(weight) / np.sum(weight)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (matrix @ w)
        pull = -sign / (1 + np.exp(np.clip(margin, -30, 30)))
        ridge = np.r_[w[:-1], 0.0]
        value = (share * np.logaddexp(0, -margin)).sum() + RIDGE_SURE * ridge @ ridge
        return float(value), matrix.T @ (share * pull) + 2 * RIDGE_SURE * ridge

    w = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 1500}).x
    weights = w[:-1] / scale
    return weights, float(w[-1] - weights @ mean)


def table(name: str, names: Sequence[str], weights: np.ndarray) -> str:
    general, short = weights[: len(names)], weights[len(names) :]
    lines = [f"[{name}.general]", *(f"{n} = {w:.4f}" for n, w in zip(names, general, strict=True)), ""]
    lines += [f"[{name}.short]", *(f"{n} = {w:.4f}" for n, w in zip(names, short, strict=True)), ""]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("docs", nargs="+", type=Path)
    parser.add_argument("--queries", nargs="+", type=Path, required=True)
    given = parser.parse_args()
    library = [each.article for path in given.docs for each in Jsonl().parse(path) if each.article]
    asked = taught(given.queries)
    pairs = list(examples(library, asked, "The whole library"))
    points = learn_points([present for present, _ in pairs if present.right.any()])
    for drawn, some in small_libraries(library, asked):
        for each in examples(drawn, some, f"{len(drawn)} articles"):
            pairs.append(tuple(replace(one, weight=SMALL_WEIGHT * one.weight) for one in each))
    sure, bias = learn_sure(pairs, points)
    names = list(FEATURES)
    text = "# Written by training/rank.py; what each feature counts, in general and in addition for short questions.\n"
    text += table("points", names, points)
    text += f"[sure]\nbias = {bias:.4f}\n\n"
    text += table("sure", [*names, "points", "lead", "lead_over_other_claims", "length"], sure)
    OUT.write_text(text, encoding="utf-8")
    print(f"{len(pairs)} queries taught {len(names)} features; written to {OUT}")


if __name__ == "__main__":
    main()
