"""Any words on both sides, a person's and a publisher's: read, searched, guarded, decided, worded, explained.

Hypothesis here, a fuzzer guided by coverage in `bench/fuzz/deciding.py`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from periksa.answers import dialogue, word
from periksa.answers.burst import Piece, gathered
from periksa.answers.decide import Policy
from periksa.answers.explain import explain, rule
from periksa.answers.guards import GUARDS, contradiction
from periksa.answers.orders import order
from periksa.channels.telegram.send import request as telegram_request
from periksa.channels.whatsapp.send import request as whatsapp_request
from periksa.finding import Finder
from periksa.index.memory import MemoryIndex
from periksa.model import Address, Article, ArticleKind, Message, MessageKind, Outgoing, Reply
from periksa.readers.text import TextReader
from periksa.remembering import Memory
from periksa.sources.record import article_of
from periksa.web.fake_graph.limits import check

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
POLICY = Policy()
SPAN = timedelta(seconds=3)
NEIGHBOURS = [
    Article("ular", ArticleKind.FACT_CHECK, "Air kelapa muda dan bisa ular", claim="Air kelapa menetralkan bisa ular."),
    Article("undian", ArticleKind.FACT_CHECK, "Undian mobil dari BRI", claim="BRI membagikan undian mobil pada 2023."),
    Article("kabar", ArticleKind.NEWS, "Gempa besar di Palu", body="Jembatan ditutup."),
]

LIST = """BRI BCA Bandung Palu Jokowi Prabowo vaksin gempa mobil undian naik turun tidak bukan belum menggugat digugat
oleh 2019 2023 2026 17 Agustus 17/8 senin Rp50.000 1,5 juta 081234567890 +62-812-0000-0000 halo tanya benar? IKUTI STOP
HAPUS (1/3) 2/2 1️⃣ https://contoh.example/a?b=1 www. *Diteruskan* sebarkan!! 🙏 👨‍👩‍👧 v4ks1n g3mp4 \u202eterbalik"""
TELLING = st.sampled_from(LIST.split())
"""Words that a guard, an order or the conversation looks at."""
ANY = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
TEXT = st.lists(TELLING | ANY, max_size=14).map(" ".join) | ANY


def written(id: str, text: str, at: datetime = NOW) -> Message:
    return Message(id, "c-1", "whatsapp", f"wamid.{id}", MessageKind.TEXT, at, at, text=text)


def published(claim: str, title: str) -> Article:
    """As a source lets it in."""
    values = {"kind": "fact-check", "id": "uji", "outlet": "Cek Nusantara", "rating": "SALAH", "date": "2024-03-11"}
    article, _ = article_of({**values, "claim": claim, "title": title}, "uji")
    return article or Article("uji", ArticleKind.FACT_CHECK, "Tanpa judul", "Cek Nusantara")


@pytest.fixture(scope="module")
def index() -> MemoryIndex:
    made = MemoryIndex()
    made.put(NEIGHBOURS)
    return made


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(question=TEXT, claim=TEXT, title=TEXT, code=st.sampled_from(["id", "en"]))
@example(question="", claim="", title="", code="id")
@example(question="!\n" * 4000, claim="\u200b", title="-", code="en")
@example(question="x" * 8000, claim="x" * 8000, title="x" * 8000, code="id")
@example(question="9" * 5000 + " juta", claim="9" * 5000 + " juta", title="9" * 5000 + " mei", code="id")
@example(question="9" * 7000, claim="8" * 7000, title="Agustus " + "8" * 5000, code="id")
def test_every_question_gets_a_reply_that_both_platforms_take(
    index: MemoryIndex, question: str, claim: str, title: str, code: str
) -> None:
    article = published(claim, title)
    index.put([article])
    finder = Finder(TextReader(), index, POLICY, memory=Memory(most=0))
    finding = finder.find(written("m-1", question))
    query, decision = finding.query, finding.decision
    assert rule(decision, POLICY, code)
    rarity = finder.rarity(query)
    assert len(explain(query, decision.matches, rarity, code)) == len(decision.matches)
    for reply in (
        word.reply_to(decision, code, NOW.date(), word.introduction("Cek Fakta", code)),
        word.told(article, question, code, NOW.date()),
        word.told_maybe(article, question, code),
    ):
        assert_both_take_it(reply)


def assert_both_take_it(reply: Reply) -> None:
    outgoing = Outgoing("r-m-1", "c-1", "whatsapp", reply)
    check(whatsapp_request(outgoing, [Address("whatsapp", "6281355501001")]))
    text = telegram_request(outgoing, [Address("telegram", "5001001", "user")])["text"]
    assert 0 < len(str(text).encode("utf-16-le")) // 2 <= 4096


@settings(max_examples=150, deadline=None)
@given(question=TEXT, claim=TEXT)
def test_a_guard_gives_its_reason_or_none(index: MemoryIndex, question: str, claim: str) -> None:
    """Also about pairs that no search would bring together."""
    query = TextReader().read(written("m-1", question))
    found = index.search(query, ArticleKind.FACT_CHECK)
    reason = contradiction(query, published(claim, claim), found)
    assert reason in {"", *(guard.reason for guard in GUARDS)}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(TEXT, st.floats(0, 4)), min_size=1, max_size=6))
def test_of_any_burst_somebody_speaks_last(said: list[tuple[str, float]]) -> None:
    """Whatever the pieces are, the last of them is never left to one that will not come."""
    reader, at, pieces = TextReader(), NOW, []
    for number, (text, gap) in enumerate(said):
        at += timedelta(seconds=gap)
        message = written(f"m-{number}", text, at)
        query = reader.read(message)
        pieces.append(Piece(message, query, dialogue.event(message, query, order(text), "")))
    speaking = [each for each in (gathered(pieces, piece.message.id, SPAN) for piece in pieces) if each]
    assert speaking, "the burst is answered by nobody"
    assert not any(piece.event is dialogue.Event.QUESTION for piece in pieces) or any(
        each.event is dialogue.Event.QUESTION for each in speaking
    ), "a question in it is not asked"
