"""Learns what every matching feature is worth: `src/periksa/answers/weights/`, a file per stage.

    .venv/bin/pip install -r training/requirements.txt
    .venv/bin/python training/rank.py DOCS… --queries Q… --also-right FILE --models FOLDER

For each stage (words; gist, with the small table; meaning, with the network; close, with the close reader) two steps,
both convex, so the same data give the same weights:
1. *points*: a listwise softmax over the candidates of each training query (the right one should have most points);
2. *sure*: a logistic regression on the first candidates of each query, and of the same query with its right answers
   taken away, so that it learns what "not in the library" looks like; then the same in small libraries, because a
   newsroom that starts has a hundred articles and any of them looks best there.
What can only speak for a candidate (`features.RISING`) never gets a weight below nothing. Only queries of split `train`
are read; for the later stages only those that the networks never saw (`held.py`). The data are those of `periksa eval`
(see docs/measuring.md).
"""

from __future__ import annotations

import argparse
import json
import math
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from held import held_out
from rich.progress import track
from scipy.optimize import minimize

from periksa.answers.decide import READ
from periksa.answers.features import FEATURES, RISING, STAGES, Asked, Pair, values
from periksa.answers.rank import brevity, standing
from periksa.app import Models, models
from periksa.config import ModelsSettings
from periksa.index import Index
from periksa.index.embedded import EmbeddedIndex
from periksa.ingest import with_meanings
from periksa.measure import Question, message, questions
from periksa.model import Article, ArticleKind, Found, Meaning, Query
from periksa.readers.text import TextReader
from periksa.sources.jsonl import Jsonl

OUT = Path(__file__).parents[1] / "src/periksa/answers/weights"
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
RIDGE_POINTS = {"words": 1e-3, "gist": 2e-3, "meaning": 2e-3, "close": 2e-3}
RIDGE_SURE = {"words": 1e-4, "gist": 1e-3, "meaning": 1e-3, "close": 1e-3}
STANDING = ("points", "lead", "lead_over_other_claims", "length")


@dataclass(frozen=True)
class Case:
    """A question put to a library: what was found, and which of it is right."""

    query: Query
    found: Found
    right: np.ndarray
    weight: float

    def without_right(self) -> Case:
        """The same where its right answers are not in the library."""
        left = tuple(each for each, right in zip(self.found.candidates, self.right, strict=True) if not right)
        return replace(self, found=replace(self.found, candidates=left), right=np.zeros(len(left), bool))

    def of(self, some: Sequence[int]) -> Case:
        """The same with these candidates alone."""
        found = replace(self.found, candidates=tuple(self.found.candidates[at] for at in some))
        return replace(self, found=found, right=self.right[list(some)])


@dataclass(frozen=True)
class Example:
    """One case as a stage sees it: the features of its candidates, each in general and for short questions."""

    case: Case
    features: np.ndarray

    @property
    def doubled(self) -> np.ndarray:
        return doubled(self.features, self.case)


def doubled(features: np.ndarray, case: Case) -> np.ndarray:
    """Each feature twice: as it counts in long questions, and as it counts in short ones."""
    short = brevity(case.query)
    return np.hstack([features * (1 - short), features * short])


def example(case: Case, stage: str) -> Example:
    asked = Asked(case.query, case.found)
    rows = [list(values(Pair(asked, each, at), stage).values()) for at, each in enumerate(case.found.candidates)]
    return Example(case, np.array(rows).reshape(len(rows), len(FEATURES[stage])))


# ---------------------------------------------------------------- the cases


def taught(queries: Sequence[Path], also_right: Path | None) -> list[Question]:
    also: dict[str, set[str]] = {}
    for line in also_right.read_text(encoding="utf-8").splitlines() if also_right else ():
        record = json.loads(line)
        also.setdefault(record["qid"], set()).add(record["id"])
    asked = (question for path in queries for question in questions(path))
    chosen = [q for q in asked if q.split == "train" and q.type in TAUGHT and q.kind != "komdigi_title_auto"]
    return [replace(each, relevant=each.relevant | also.get(each.qid, set())) for each in chosen]


def cases(library: Sequence[Article], asked: Sequence[Question], learned: Models, what: str) -> Iterator[Case]:
    with tempfile.TemporaryDirectory() as folder:
        index = EmbeddedIndex(Path(folder), time.sleep)
        index.rebuild(*with_meanings(library, learned.encoder))
        reader = TextReader()
        for question in track(asked, what):
            query = meant(reader.read(message(question)), learned)
            if query.words:
                yield case(query, index, question)


def meant(query: Query, learned: Models) -> Query:
    if learned.encoder is None or not query.words:
        return query
    encoder = learned.encoder
    return replace(query, meaning=Meaning(encoder.fingerprint, encoder.questions([query.text])[0], encoder.stage))


def case(query: Query, index: Index, question: Question) -> Case:
    found = index.search(query, ArticleKind.FACT_CHECK)
    right = np.array([each.article.id in question.relevant for each in found.candidates], bool)
    return Case(query, found, right, 1.0 if question.kind == "narrative" else SHORT_WEIGHT)


def read_closely(each: Case, learned: Models, points_by: np.ndarray) -> tuple[Case, Case]:
    """The case among those that would be read closely, and the same where the right ones are not in the library."""
    order = best(example(each, "meaning"), points_by)[: READ + int(each.right.sum())]
    near = each.of(order)
    odds = learned.close.read([(each.query.text, candidate) for candidate in near.found.candidates])
    noted = (
        replace(candidate, scores={**candidate.scores, "close": value})
        for candidate, value in zip(near.found.candidates, odds, strict=True)
    )
    read = replace(near, found=replace(near.found, candidates=tuple(noted)))
    return read.of(range(min(READ, len(order)))), read.without_right()


def best(each: Example, points_by: np.ndarray) -> list[int]:
    return np.argsort(-(each.doubled @ points_by), kind="stable").tolist()


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


# ---------------------------------------------------------------- the two models


def bounds(names: Sequence[str], free: int = 0) -> list[tuple[float | None, None]]:
    """What can only speak for a candidate never gets a weight below nothing, in long questions and in short ones."""
    own: list[tuple[float | None, None]] = [(0.0 if name in RISING else None, None) for name in names]
    return [*own, *own, *[(None, None)] * free]


def learn_points(taught: Sequence[Example], stage: str) -> np.ndarray:
    taught = [each for each in taught if each.case.right.any()]
    matrix = np.vstack([each.doubled for each in taught])
    scale = matrix.std(0) + 1e-9
    matrix /= scale
    right = np.concatenate([each.case.right for each in taught]).astype(float)
    sizes = [len(each.case.right) for each in taught]
    group = np.repeat(np.arange(len(taught)), sizes)
    start = np.r_[0, np.cumsum(sizes)[:-1]]
    weight = np.array([each.case.weight for each in taught])
    weight /= weight.sum()

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        points = matrix @ w
        raised = np.exp(points - np.maximum.reduceat(points, start)[group])
        share = raised / np.add.reduceat(raised, start)[group]
        hit = np.maximum(np.add.reduceat(share * right, start), 1e-12)
        gradient = matrix.T @ ((share - share * right / hit[group]) * weight[group])
        ridge = RIDGE_POINTS[stage]
        return float(-(weight * np.log(hit)).sum() + ridge * w @ w), gradient + 2 * ridge * w

    return least(loss, matrix.shape[1], bounds(list(FEATURES[stage]))) / scale


def least(loss: object, size: int, limits: Sequence[tuple[float | None, None]]) -> np.ndarray:
    return minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", bounds=limits, options={"maxiter": 1500}).x


def sure_rows(each: Example, points_by: np.ndarray, stage: str) -> Iterator[tuple[np.ndarray, bool]]:
    points = dict(enumerate((each.doubled @ points_by).tolist()))
    order = best(each, points_by)[:10]
    length = math.log1p(len(each.case.query.words))
    for at in order[:FIRST]:
        extra = standing(at, order, points, each.case.found.candidates, stage)
        row = np.array([[*each.features[at], *extra.values(), length]])
        yield doubled(row, each.case)[0], bool(each.case.right[at])


def learn_sure(
    pairs: Sequence[tuple[Example, Example]], points_by: np.ndarray, names: Sequence[str], stage: str
) -> tuple[np.ndarray, float]:
    rows, right, weight = [], [], []
    for present, absent in pairs:
        for each, share in ((present, 1.0), (absent, ABSENT_WEIGHT)):
            for row, is_right in sure_rows(each, points_by, stage):
                rows.append(row)
                right.append(is_right)
                weight.append(share * each.case.weight)
    matrix, sign = np.array(rows), np.where(right, 1.0, -1.0)
    mean, scale = matrix.mean(0), matrix.std(0) + 1e-9
    matrix = np.hstack([(matrix - mean) / scale, np.ones((len(rows), 1))])
    share = np.array(weight) / np.sum(weight)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (matrix @ w)
        pull = -sign / (1 + np.exp(np.clip(margin, -30, 30)))
        ridge = np.r_[w[:-1], 0.0]
        value = (share * np.logaddexp(0, -margin)).sum() + RIDGE_SURE[stage] * ridge @ ridge
        return float(value), matrix.T @ (share * pull) + 2 * RIDGE_SURE[stage] * ridge

    w = least(loss, matrix.shape[1], bounds(names, free=1))
    weights = w[:-1] / scale
    return weights, float(w[-1] - weights @ mean)


# ---------------------------------------------------------------- from end to end


def table(name: str, names: Sequence[str], weights: np.ndarray) -> str:
    general, short = weights[: len(names)], weights[len(names) :] - weights[: len(names)]
    lines = [f"[{name}.general]", *(f"{n} = {w:.4f}" for n, w in zip(names, general, strict=True)), ""]
    lines += [f"[{name}.short]", *(f"{n} = {w:.4f}" for n, w in zip(names, short, strict=True)), ""]
    return "\n".join(lines)


def learn(stage: str, pairs: Sequence[tuple[Case, Case]], points: np.ndarray | None = None) -> np.ndarray:
    """Learn a stage from cases and what they are without their answers, and write its weights; its points."""
    seen = [(example(present, stage), example(absent, stage)) for present, absent in pairs]
    if points is None:
        points = learn_points([present for present, _ in seen], stage)
    names = [*FEATURES[stage], *STANDING[:-1], *(["read_lead"] if stage == "close" else []), STANDING[-1]]
    sure, bias = learn_sure(seen, points, names, stage)
    text = "# Written by training/rank.py; what each feature counts, in general and in addition for short questions.\n"
    text += table("points", list(FEATURES[stage]), points)
    text += f"[sure]\nbias = {bias:.4f}\n\n"
    text += table("sure", names, sure)
    (OUT / f"{stage}.toml").write_text(text, encoding="utf-8")
    print(f"{stage}: {len(pairs)} queries taught {len(names)} features")
    return points


def gathered(library: Sequence[Article], asked: Sequence[Question], learned: Models) -> Iterator[tuple[Case, Case]]:
    """Every case beside the same without its answers: of the whole library, then of small ones."""
    for each in cases(library, asked, learned, "The whole library"):
        yield each, each.without_right()
    for drawn, some in small_libraries(library, asked):
        for each in cases(drawn, some, learned, f"{len(drawn)} articles"):
            light = replace(each, weight=SMALL_WEIGHT * each.weight)
            yield light, light.without_right()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("docs", nargs="+", type=Path)
    parser.add_argument("--queries", nargs="+", type=Path, required=True)
    parser.add_argument("--also-right", type=Path, help="checks of the same claim that nobody marked")
    parser.add_argument(
        "--models", type=Path, help="folder of the models; without it only the stage of words is learned"
    )
    given = parser.parse_args()
    library = [each.article for path in given.docs for each in Jsonl().parse(path) if each.article]
    asked = taught(given.queries, given.also_right)
    learn(STAGES[0], list(gathered(library, asked, Models())))
    if given.models:
        unseen = [each for each in asked if held_out(each)]
        small = models(ModelsSettings(folder=str(given.models), use="small"))
        learn(small.encoder.stage, list(gathered(library, unseen, small)))
        learned = models(ModelsSettings(folder=str(given.models)))
        pairs = list(gathered(library, unseen, learned))
        points = learn(learned.encoder.stage, pairs)
        near = [read_closely(present, learned, points) for present, _ in track(pairs, "Reading closely")]
        learn(STAGES[-1], near)


if __name__ == "__main__":
    main()
