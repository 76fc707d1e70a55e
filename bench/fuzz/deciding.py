"""Hostile words on both sides: a question, and a fact-check of a publisher that it may be about.

The input is text, its parts split by NUL: question, claim, title, summary, what came before the question.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["periksa.answers", "periksa.lang", "periksa.readers", "periksa.index"]):
    from periksa.answers import dialogue, word
    from periksa.answers.burst import Piece, gathered
    from periksa.answers.decide import Policy
    from periksa.answers.explain import explain, rule
    from periksa.answers.orders import order
    from periksa.answers.same import keys
    from periksa.finding import Finder
    from periksa.index.memory import MemoryIndex
    from periksa.readers.text import TextReader

from mutating import fuzz

from periksa.channels.telegram.send import request as telegram_request
from periksa.channels.whatsapp.send import request as whatsapp_request
from periksa.lang.mend import mend
from periksa.model import Address, Article, ArticleKind, Message, MessageKind, Outgoing, Reply
from periksa.remembering import Memory
from periksa.sources.jsonl import Jsonl
from periksa.sources.record import article_of
from periksa.web.fake_graph.limits import check

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
POLICY = Policy()
PARTS = 5
LETTERHEAD = {"kind": "fact-check", "id": "hostile", "outlet": "Cek Nusantara", "rating": "SALAH", "date": "2024-03-11"}
UNTITLED = Article("hostile", ArticleKind.FACT_CHECK, "Tanpa judul", "Cek Nusantara")
OF_THE_DEMO = 3
"""Fact-checks and news that stand in the library beside the hostile one."""


def library() -> MemoryIndex:
    made = MemoryIndex()
    for name in ("factchecks.jsonl", "news.jsonl"):
        with resources.as_file(resources.files("periksa.demo") / name) as file:
            made.put([each.article for each in Jsonl().parse(file) if each.article][:OF_THE_DEMO])
    return made


INDEX = library()
FINDER = Finder(TextReader(), INDEX, POLICY, memory=Memory(most=0))


def one(data: bytes) -> None:
    question, claim, title, summary, before, *_ = [*data.decode("utf-8", "replace").split("\0"), *[""] * PARTS]
    INDEX.put([_article(claim, title, summary)])
    asked = _message("m-2", question, NOW)
    finding = FINDER.find(asked)
    query, decision = finding.query, finding.decision
    code = ("id", "en")[len(data) % 2]
    rule(decision, POLICY, code)
    explain(query, decision.matches, FINDER.rarity(query) if decision.matches else {}, code)
    _can_be_sent(word.reply_to(decision, code, NOW.date(), word.introduction("Cek Fakta", code)))
    _can_be_sent(word.told(_article(claim, title, summary), question, code, NOW.date()))
    pieces = [_piece(_message("m-1", before, NOW - timedelta(seconds=1))), _piece(asked)]
    gathered(pieces, "m-2", timedelta(seconds=3))
    keys(query, None, ())


def _article(claim: str, title: str, summary: str) -> Article:
    """As a source lets it in."""
    words = {"claim": claim, "title": title, "summary": summary}
    article, _ = article_of({**LETTERHEAD, **words}, "hostile")
    return article or UNTITLED


def _message(id: str, text: str, at: datetime) -> Message:
    return Message(id, "c-1", "whatsapp", f"wamid.{id}", MessageKind.TEXT, at, at, text=mend(text))


def _piece(message: Message) -> Piece:
    query = FINDER.read(message)
    return Piece(message, query, dialogue.event(message, query, order(message.text), ""))


def _can_be_sent(reply: Reply) -> None:
    """Both platforms would take it."""
    assert reply.text.strip()
    outgoing = Outgoing("r-m-2", "c-1", "whatsapp", reply)
    body = json.loads(json.dumps(whatsapp_request(outgoing, [Address("whatsapp", "6281355501001")])).encode())
    check(body)
    body = telegram_request(outgoing, [Address("telegram", "5001001", "user")])
    assert 0 < len(str(body["text"]).encode("utf-16-le")) // 2 <= 4096


def seeds() -> Iterator[bytes]:
    """The guard suite: 842 pairs that differ in one telling thing."""
    for line in (ROOT / "evals/guards.jsonl").read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        article = pair["article"]
        parts = (pair["question"], article.get("claim", ""), article["title"], article.get("summary", ""), "halo,")
        yield "\0".join(parts).encode()
    for line in ("(1/3) awas", "halo", "IKUTI kesehatan harian", "1️⃣ 08123456789 tgl 17/8", "https://a.example/b c"):
        yield line.encode()


if __name__ == "__main__":
    fuzz(one, seeds())
