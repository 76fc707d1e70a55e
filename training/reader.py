"""Fine-tunes the close reader: question and check read together, for the few candidates that matter.

    .venv/bin/python training/reader.py WORK DOCS… --queries Q…

Starts from the first layers of multilingual-e5-small, on the table of pieces that `encoder.py` wrote, which stays as it
is. In every lesson a question stands beside its check and beside others that words or the encoder would mistake for it:
the right one should score highest (softmax), and every pair is right or wrong by itself (logistic), so that the score
also tells when nothing is right. Some questions are asked again with another bank, place or year in them: then the
check is wrong too. Stopped and started again, it goes on where it was. Writes `reader.onnx` (int8) into WORK.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

import e5
import numpy as np
import sentencepiece
import torch
from encoder import LAYERS as ENCODER_LAYERS
from encoder import (
    SEED,
    Lesson,
    Pieces,
    School,
    fitted,
    head,
    load_table,
    material,
    mistakable,
    optimiser,
    resumed,
    saved,
)
from network import Encoder, Reader, applied, padded, written
from noise import noised
from rich.progress import track
from torch.nn import functional

from periksa.lang import analysis, names
from periksa.model import Article

LAYERS = 8
QUESTION, HEAD, WHOLE = 72, 40, 144
"""Pieces read: of the question, of title and claim, of all with the beginning of the article."""
EPOCHS, BATCH, RATE = 2, 16, 1e-4
WARM_UP = 60
WRONG = 3
"""Wrong checks beside the right one."""
NEAR = 6
"""One of the wrong ones is among so many first."""
SHORTENED, NOISED, CHANGED = 0.15, 0.15, 0.25
"""How often a question is cut, mistyped, asked about another bank, place or year."""
SHORT_TWICE = ("keyword", "other_outlet_headline")
NEAR_TITLE_SHARE = 0.5
SAVED_EVERY = 60
YEAR = re.compile(r"\b20[0-2]\d\b")


class Pairs:
    """Question and check as one row of pieces."""

    def __init__(self, model: bytes, library: Sequence[Article]) -> None:
        self._model = sentencepiece.SentencePieceProcessor(model_proto=model)
        self.heads = [f"{each.title} {each.claim}" for each in library]
        self._checks = [self._check(each) for each in library]

    def _check(self, article: Article) -> list[int]:
        title = self._model.encode(f"passage: {head(article)}"[:2000])[:HEAD]
        return [*title, e5.END, *self._model.encode(article.body[:600])]

    def row(self, text: str, check: int) -> list[int]:
        asked = fitted(self._model.encode(f"query: {text[:4000]}"), QUESTION)
        whole = [e5.START, *asked, e5.END, *self._checks[check]]
        return [*whole[: WHOLE - 1], e5.END]


# ---------------------------------------------------------------- what is taught


def near(model: Encoder, made: School, some: Sequence[Lesson]) -> list[Lesson]:
    """Questions with what they could be mistaken for, by words and by the encoder, likeliest first."""
    rows = applied(model, [fitted(each.pieces) for each in some])
    checks = applied(model, made.heads)
    found = []
    for lesson, vector in zip(some, rows, strict=True):
        dense = mistakable(made, lesson.right, np.argsort(-(checks @ vector))[:12].tolist())
        mixed = (at for pair in zip_longest(lesson.hard, dense) for at in pair if at is not None)
        found.append(replace(lesson, hard=tuple(dict.fromkeys(mixed))[:16]))
    return found


def epoch(taught: Sequence[Lesson], number: int) -> list[list[Lesson]]:
    """The batches of one epoch: the same whenever it is asked for."""
    chance = random.Random(SEED + number)  # noqa: S311 - an order, no secret
    drawn = [each for each in taught if each.type == "normal" or chance.random() < NEAR_TITLE_SHARE]
    drawn += [each for each in drawn if each.kind in SHORT_TWICE]
    chance.shuffle(drawn)
    return [drawn[at : at + BATCH] for at in range(0, len(drawn), BATCH)]


def shown(text: str, chance: random.Random) -> str:
    words = text.split()
    if chance.random() < SHORTENED and len(words) > 8:
        length = chance.randint(len(words) // 2, len(words))
        start = chance.choice((0, 0, chance.randint(0, len(words) - length)))
        text = " ".join(words[start : start + length])
    return noised(text, chance) if chance.random() < NOISED else text


def changed(text: str, check: str, chance: random.Random) -> str | None:
    """The question about something else of the same kind; None where nothing in it can be exchanged."""
    ways = [*_other_names(text, check), *(f"{year}|{int(year) - 1}" for year in YEAR.findall(text) if year in check)]
    if not ways:
        return None
    written, _, other = chance.choice(ways).partition("|")
    return re.sub(rf"\b{re.escape(written)}\b", other or chance.choice(_same_kind(written)), text, flags=re.IGNORECASE)


def _other_names(text: str, check: str) -> Iterator[str]:
    known, mine, theirs = names._gazetteer().names, analysis.tokens(text), set(names.parts(analysis.tokens(check)))
    for length in (3, 2, 1):
        for at in range(len(mine) - length + 1):
            name = known.get(tuple(mine[at : at + length]))
            if name is not None and name in theirs:
                yield " ".join(mine[at : at + length])


def _same_kind(written: str) -> list[str]:
    known = names._gazetteer().names
    mine = known[tuple(analysis.tokens(written))]
    return [" ".join(words) for words, name in known.items() if name.kind == mine.kind and not name.agrees(mine)]


# ---------------------------------------------------------------- teaching


def loss_of(model: Reader, pairs: Pairs, batch: Sequence[Lesson], chance: random.Random) -> torch.Tensor:
    rows, groups = [], []
    others = []
    for each in batch:
        text, right = shown(each.text, chance), chance.choice(sorted(each.right))
        hard = list(each.hard)
        wrong = chance.sample(hard[:NEAR], min(1, len(hard)))
        rest = [at for at in hard if at not in wrong]
        wrong += chance.sample(rest, min(WRONG - len(wrong), len(rest)))
        wrong += [chance.randrange(len(pairs.heads)) for _ in range(WRONG - len(wrong))]
        groups.append(len(rows))
        rows += [pairs.row(text, at) for at in (right, *wrong)]
        if chance.random() < CHANGED and (other := changed(text, pairs.heads[right], chance)):
            others.append(pairs.row(other, right))
    odds = in_parts(model, [*rows, *others])
    listed = odds[: len(rows)].view(len(batch), WRONG + 1)
    target = torch.zeros_like(odds)
    target[groups] = 1
    first = functional.cross_entropy(listed, torch.zeros(len(batch), dtype=torch.long))
    return first + 2 * functional.binary_cross_entropy_with_logits(odds, target)


def in_parts(model: Reader, rows: Sequence[list[int]]) -> torch.Tensor:
    """Quarters by length: little padding."""
    order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
    with torch.autocast("cpu", torch.bfloat16):
        parts = [model(padded([rows[at] for at in part])) for part in np.array_split(order, 4) if len(part)]
    return torch.cat(parts).float()[torch.tensor(np.argsort(order))]


def teach(model: Reader, pairs: Pairs, taught: Sequence[Lesson], held: Sequence[Lesson], state: Path) -> None:
    learning = optimiser(model)
    step = resumed(model, learning, state)
    per = min(len(epoch(taught, number)) for number in range(EPOCHS))
    while step < EPOCHS * per:
        for batch in track(epoch(taught, step // per)[step % per : per], f"Epoch {step // per + 1}"):
            chance = random.Random(SEED + step)  # noqa: S311 - what to show, no secret
            for group in learning.param_groups:
                group["lr"] = RATE * min(1, (step + 1) / WARM_UP) * max(0.02, 1 - step / EPOCHS / per)
            learning.zero_grad()
            loss = loss_of(model, pairs, batch, chance)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            learning.step()
            step += 1
            if step % 20 == 0:
                print(f"step {step}: {loss.item():.3f}", flush=True)
            if step % SAVED_EVERY == 0 or step % per == 0:
                saved(model, learning, step, state)
        print(f"epoch {step // per}: right one before all others {measured(model, pairs, held)}", flush=True)


def measured(model: Reader, pairs: Pairs, held: Sequence[Lesson]) -> str:
    """How often the right check of a held question beats those it could be mistaken for."""
    first = []
    for each in held:
        odds = applied(model, [pairs.row(each.text, at) for at in (min(each.right), *each.hard)])
        first.append(bool(odds[0] > odds[1:].max(initial=-99)))
    return f"{np.mean(first):.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("docs", nargs="+", type=Path)
    parser.add_argument("--queries", nargs="+", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(SEED)
    spoken = (given.work / "pieces.spm").read_bytes()
    table = load_table(given.work / "pieces.npz")
    made, library = material(given.docs, given.queries, Pieces(spoken))
    encoder = Encoder(len(table), ENCODER_LAYERS)
    encoder.load_state_dict(torch.load(given.work / "encoder.pt"))
    gone = frozenset().union(*(each.right for each in made.held))
    taught = near(encoder, made, [each for each in made.taught if not gone & each.right])
    held = near(encoder, made, [each for each in made.held if each.right])
    print(f"{len(taught):,} questions taught, {len(held):,} held", flush=True)
    source = e5.read(given.work / e5.WHEEL)
    model = Reader(len(table), LAYERS).dress(source.tensors, range(len(table)))
    model.word.weight.data = torch.from_numpy(table)
    teach(model, Pairs(spoken, library), taught, held, given.work / "reader-state.pt")
    torch.save(model.state_dict(), given.work / "reader.pt")
    print(f"reader.onnx: {written(model, given.work / 'reader.onnx', 'odds') / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
