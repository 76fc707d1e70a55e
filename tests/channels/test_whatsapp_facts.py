"""Every line of docs/whatsapp.md is a requirement: it is quoted by a test, and no test quotes what is not there."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from periksa.answers.decide import Policy
from periksa.answers.orders import Word, order
from periksa.answers.word import word
from periksa.channels.whatsapp.send import request
from periksa.finding import Finder
from periksa.index.memory import MemoryIndex
from periksa.lang import LANGUAGES
from periksa.model import Address, Article, ArticleKind, Message, MessageKind, Outgoing, Reply, Template
from periksa.readers.text import TextReader

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs/whatsapp.md").read_text(encoding="utf-8").partition("\n## ")[0]
ROWS = dict(re.findall(r"^\| (?!topic|---)(.+?) \| (.+) \|$", TABLE, re.MULTILINE))
QUOTE = re.compile(rf"\b({'|'.join(map(re.escape, ROWS))}): \"((?:[^\"]|\n)+)\"")


def quotes() -> Iterator[tuple[str, str, str]]:
    """File, topic and quoted words, from the docstrings of all tests."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for topic, words in QUOTE.findall(ast.get_docstring(node) or ""):
                    yield path.name, topic, words


def plain(text: str) -> str:
    return " ".join(text.replace("*", "").replace("`", "").split())


QUOTED = defaultdict(list)
for file, topic, words in quotes():
    QUOTED[topic].append((file, words))


def test_the_facts_are_there() -> None:
    assert len(ROWS) == 21


@pytest.mark.parametrize("topic", ROWS)
def test_every_fact_is_quoted_by_a_test(topic: str) -> None:
    assert QUOTED[topic], f"no test quotes {topic!r} of docs/whatsapp.md"


@pytest.mark.parametrize("topic", ROWS)
def test_what_is_quoted_stands_there(topic: str) -> None:
    row = plain(ROWS[topic])
    for file, words in QUOTED[topic]:
        for part in words.split("…"):
            assert plain(part).strip(" .,;:()") in row, f"{file} quotes what docs/whatsapp.md does not say"


# ---------------------------------------------------------------- facts about what we say, not how it travels


@pytest.mark.parametrize("text", ["STOP", "stop", "BERHENTI", "Berhenti!", "UNSUBSCRIBE"])
def test_words_that_opt_out(text: str) -> None:
    """opt-out: "STOP, BERHENTI, UNSUBSCRIBE … → confirmed"; what follows is said in tests/corridors/test_evening.py."""
    found = order(text)
    assert found
    assert found.word is Word.STOP


@pytest.mark.parametrize("reply", [Reply("Salah."), Reply("", template=Template("ringkasan", "id"))])
def test_whatever_is_sent_goes_to_one_person(reply: Reply) -> None:
    """Channels: "no official posting API": there is nothing else to send to."""
    to = [Address("whatsapp", "6281355501001")]
    assert request(Outgoing("out-1", "c-1", "whatsapp", reply), to)["recipient_type"] == "individual"


def test_what_nobody_published_is_not_answered() -> None:
    """policy: "answer only from what publishers published"."""
    index = MemoryIndex()
    index.put([Article("uji-1", ArticleKind.FACT_CHECK, "Jembatan Kahayan tidak runtuh", "Harian Uji")])
    at = datetime(2026, 3, 1, 8, tzinfo=UTC)
    text = "tolong buatkan puisi tentang hujan di bulan juni untuk tugas sekolah"
    question = Message("m-1", "c-1", "whatsapp", "wamid.T1", MessageKind.TEXT, at, at, text=text)
    decision = Finder(TextReader(), index, Policy()).find(question).decision
    assert word(decision, "id", at.date()).text == LANGUAGES["id"].say["not_checked"]
