"""Reading, searching and deciding with the tiny models: what encoder and close reader add, alone and in batches."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from periksa.answers.decide import Policy
from periksa.encoders import CloseReader, Encoder
from periksa.encoders.close import NetworkCloseReader
from periksa.encoders.network import NetworkEncoder
from periksa.encoders.pieces import Table, Vocabulary
from periksa.errors import ModelUnavailable
from periksa.finding import Finder, Finding
from periksa.index.memory import MemoryIndex
from periksa.ingest import meanings
from periksa.model import Article, ArticleKind, Message, MessageKind
from periksa.readers.text import TextReader
from periksa.remembering import Memory

TINY = Path(__file__).parent / "encoders/tiny"
THEN = datetime(2026, 3, 1, 8, tzinfo=UTC)
CHECKS = [
    Article("ular", ArticleKind.FACT_CHECK, "Air kelapa muda dan bisa ular", claim="Air kelapa menetralkan bisa ular."),
    Article("palu", ArticleKind.FACT_CHECK, "Jembatan Randu di Palu", claim="Jembatan Randu ambruk akibat gempa."),
    Article("beras", ArticleKind.FACT_CHECK, "Beras gratis", claim="Gubernur membagikan beras gratis lewat tautan."),
    *(Article(f"undian-{at}", ArticleKind.FACT_CHECK, f"Undian mobil nomor {at} dari Bandung") for at in range(8)),
    Article("kabar", ArticleKind.NEWS, "Gempa besar di Palu", body="Jembatan ditutup."),
]
TEXTS = [
    "air kelapa bisa ular",
    "apa benar jembatan ambruk?",
    "terima kasih",
    "undian mobil",
    "air kelapa bisa ular",
    "gempa besar Palu",
    "",
]


@pytest.fixture
def encoder() -> Encoder:
    vocabulary = Vocabulary(TINY / "pieces.spm")
    return NetworkEncoder(TINY / "encoder.onnx", vocabulary, Table(TINY / "pieces.npz", vocabulary))


@pytest.fixture
def close() -> CloseReader:
    vocabulary = Vocabulary(TINY / "pieces.spm")
    return NetworkCloseReader(TINY / "reader.onnx", vocabulary, Table(TINY / "pieces.npz", vocabulary))


@pytest.fixture
def index(encoder: Encoder) -> MemoryIndex:
    made = MemoryIndex()
    made.put(CHECKS, meanings(CHECKS, encoder))
    return made


def finder(index: MemoryIndex, encoder: Encoder | None = None, close: CloseReader | None = None) -> Finder:
    return Finder(TextReader(), index, Policy(), encoder, close, Memory(most=0))


def said(text: str) -> Message:
    return Message(text or "kosong", "siti", "web", "m", MessageKind.TEXT, THEN, THEN, text=text)


def told(finding: Finding) -> tuple[object, ...]:
    """What was decided, without the last digits."""
    decision = finding.decision
    matches = [(each.article.id, round(each.score, 3)) for each in decision.matches]
    return finding.query, decision.kind, decision.why, matches, [each.id for each in decision.context]


def reasons(finding: Finding) -> set[str]:
    return {reason.name for match in finding.decision.matches for reason in match.reasons}


def test_words_alone_will_do(index: MemoryIndex) -> None:
    found = finder(index).find(said(TEXTS[0]))
    assert found.decision.matches[0].article.id == "ular"
    assert not {"meaning", "read_closely"} & reasons(found)


def test_with_an_encoder_meaning_is_a_reason_and_finds_more(index: MemoryIndex, encoder: Encoder) -> None:
    found = finder(index, encoder).find(said(TEXTS[0]))
    assert "meaning" in reasons(found)
    assert "read_closely" not in reasons(found)
    assert len(found.decision.matches) > len(finder(index).find(said(TEXTS[0])).decision.matches)


@pytest.mark.parametrize(("doubt", "read"), [((0.0, 1.0), True), ((1.0, 0.0), False)])
def test_where_there_is_doubt_the_likeliest_are_read_closely(
    index: MemoryIndex,
    encoder: Encoder,
    close: CloseReader,
    monkeypatch: pytest.MonkeyPatch,
    doubt: tuple[float, float],
    read: bool,
) -> None:
    monkeypatch.setattr("periksa.answers.decide.DOUBT", doubt)
    for text in TEXTS[:2]:
        assert ("read_closely" in reasons(finder(index, encoder, close).find(said(text)))) is read
    assert finder(index, encoder, close).find(said("terima kasih")).decision.matches == ()


@pytest.mark.parametrize("learned", ["words", "encoder", "both"])
def test_many_at_once_are_decided_as_one_by_one(
    index: MemoryIndex, encoder: Encoder, close: CloseReader, learned: str
) -> None:
    used = (encoder if learned != "words" else None, close if learned == "both" else None)
    messages = [said(text) for text in TEXTS]
    together = finder(index, *used).find_all(messages)
    assert [told(each) for each in together] == [told(finder(index, *used).find(each)) for each in messages]
    assert finder(index, *used).find_all([]) == []


def test_an_index_without_meanings_leaves_the_words(encoder: Encoder, close: CloseReader) -> None:
    bare = MemoryIndex()
    bare.put(CHECKS)
    assert told(finder(bare, encoder).find(said(TEXTS[0]))) == told(finder(bare).find(said(TEXTS[0])))


def test_a_damaged_model_is_an_error_and_no_answer_by_words(
    index: MemoryIndex, encoder: Encoder, tmp_path: Path
) -> None:
    vocabulary = Vocabulary(TINY / "pieces.spm")
    damaged = NetworkEncoder(tmp_path / "gone.onnx", vocabulary, Table(TINY / "pieces.npz", vocabulary))
    with pytest.raises(ModelUnavailable):
        finder(index, damaged).find(said(TEXTS[0]))
    assert finder(index, damaged).find(said("terima kasih")).decision.why == "chatter"


def test_a_query_is_the_same_query_with_or_without_a_meaning(index: MemoryIndex, encoder: Encoder) -> None:
    query = finder(index, encoder).find(said(TEXTS[0])).query
    assert replace(query, meaning=None) == query == finder(index).find(said(TEXTS[0])).query
