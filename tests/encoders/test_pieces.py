"""What is made of a text at run time is what the models were taught on. `training/` needs torch; its rows do not."""

from __future__ import annotations

import ast
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sentencepiece
from hypothesis import given, settings
from hypothesis import strategies as st

from periksa.encoders.pieces import Vocabulary
from periksa.model import Article, ArticleKind, Candidate

from .conftest import TINY

TRAINING = Path(__file__).parents[2] / "training"


def taken(file: str, *names: str, **known: Any) -> dict[str, Any]:
    """These functions, classes and constants of a training script, without what it imports."""
    tree = ast.parse((TRAINING / file).read_text(encoding="utf-8"))
    kept = [node for node in tree.body if set(_named(node)) & set(names)]
    assert {name for node in kept for name in _named(node)} >= set(names), f"{file} has other names now"
    space = {"sentencepiece": sentencepiece, "Sequence": list, **known}
    future = ast.parse("from __future__ import annotations").body
    exec(compile(ast.Module([*future, *kept], []), file, "exec"), space)
    return space


def _named(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if not isinstance(node, ast.Assign):
        return []
    targets = [each for target in node.targets for each in getattr(target, "elts", [target])]
    return [each.id for each in targets if isinstance(each, ast.Name)]


E5 = SimpleNamespace(**taken("e5.py", "START", "PAD", "END", "UNKNOWN"))
ENCODER = taken("encoder.py", "Pieces", "fitted", "head", "QUESTION", "HEAD", e5=E5)
READER = taken("reader.py", "Pairs", "QUESTION", "HEAD", "WHOLE", e5=E5, fitted=ENCODER["fitted"], head=ENCODER["head"])
STATIC = taken("static.py", "SHOWN")
MODEL = (TINY / "pieces.spm").read_bytes()
PIECES = ENCODER["Pieces"](MODEL)
VOCABULARY = Vocabulary(TINY / "pieces.spm")

WORDS = ["air", "kelapa", "bisa", "ular", "gempa", "Palu", "2025", "hoaks?", "https://a.example", "😀", "\n", "!!"]
texts = st.lists(st.sampled_from(WORDS), max_size=120).map(" ".join) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=80
)


@settings(max_examples=40, deadline=None)
@given(texts)
def test_a_question_is_what_it_was_in_training(text: str) -> None:
    assert VOCABULARY.question(text) == ENCODER["fitted"](PIECES.question(text))


@settings(max_examples=40, deadline=None)
@given(texts)
def test_a_text_of_the_static_encoder_is_what_it_was_in_training(text: str) -> None:
    row = ENCODER["fitted"](PIECES.question(text), STATIC["SHOWN"])
    assert VOCABULARY.bare(text) == (row[PIECES.prefix : -1] or row)


@settings(max_examples=40, deadline=None)
@given(texts, texts)
def test_a_head_is_what_it_was_in_training(title: str, claim: str) -> None:
    article = Article("a", ArticleKind.FACT_CHECK, title, claim=claim)
    assert article.head == ENCODER["head"](article)
    assert VOCABULARY.head(article) == PIECES.head(ENCODER["head"](article))


@settings(max_examples=40, deadline=None)
@given(texts, texts, texts, texts)
def test_a_pair_is_what_it_was_in_training(text: str, title: str, claim: str, body: str) -> None:
    article = Article("a", ArticleKind.FACT_CHECK, title, claim=claim, body=body)
    candidate = Candidate(article, (), {}, body[:600])
    assert VOCABULARY.pair(text, candidate) == READER["Pairs"](MODEL, [article]).row(text, 0)


@pytest.mark.parametrize("words", [1, 60, 400])
def test_rows_are_as_long_as_the_networks_can_read(words: int) -> None:
    long = "air kelapa bisa ular " * words
    article = Article("a", ArticleKind.FACT_CHECK, long, claim=f"{long}!")
    assert len(VOCABULARY.question(long)) <= 80
    assert len(VOCABULARY.head(article)) <= 40
    assert len(VOCABULARY.pair(long, Candidate(article, (), {}, long))) <= 144
