"""The API over real HTTP, with the real corridor behind it on a library in memory."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from datetime import date, datetime

import httpx2
import pytest
from starlette.applications import Starlette
from tests.conftest import Clock
from tests.web.conftest import Server, Tipline

from periksa.answers.decide import Policy
from periksa.asking import Asking
from periksa.errors import IndexUnavailable
from periksa.finding import Finder
from periksa.index.memory import MemoryIndex
from periksa.model import Article, ArticleKind, Found, Query
from periksa.readers.text import TextReader
from periksa.web.api import ASKED, MOST
from periksa.web.site import build

pytestmark = pytest.mark.network

QUESTION = "air kelapa muda menetralkan bisa ular kobra"
CLAIM = "Minum air kelapa muda dapat menetralkan bisa ular kobra."


class Index(MemoryIndex):
    """A real index that can be taken away."""

    gone = False

    def search(self, query: Query, kind: ArticleKind, limit: int = 20) -> Found:
        if self.gone:
            raise IndexUnavailable("The index in /srv/rahasia cannot be used; run `periksa reindex`.")
        return super().search(query, kind, limit)


@pytest.fixture
def index() -> Index:
    index = Index()
    index.put(
        [
            Article(
                "uji-1",
                ArticleKind.FACT_CHECK,
                "Air kelapa muda tidak menetralkan bisa ular",
                claim=CLAIM,
                rating="SALAH",
                outlet="Harian Uji",
                url="https://uji.example/air-kelapa",
                date=date(2025, 4, 2),
            ),
            Article("uji-2", ArticleKind.FACT_CHECK, "Jembatan Kahayan tidak runtuh akibat gempa", outlet="Harian Uji"),
        ]
    )
    return index


@pytest.fixture
def app(tipline: Tipline, clock: Callable[[], datetime], index: Index) -> Starlette:
    return build(tipline, clock, asker=Asking(Finder(TextReader(), index, Policy()), Policy(), clock))


@pytest.fixture
def http(server: Server) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url, timeout=10) as client:
        yield client


def error(answer: httpx2.Response) -> str:
    """The one sentence of an error."""
    told = answer.json()
    assert list(told) == ["error"]
    assert answer.headers["content-type"] == "application/json"
    assert len(told["error"].splitlines()) == 1
    return str(told["error"])


def test_a_text_gets_the_decision_and_its_reasons(http: httpx2.Client, tipline: Tipline) -> None:
    answer = http.post("/api/ask", json={"text": QUESTION})
    told = answer.json()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert (told["decision"], told["why"], told["language"], told["shown"]) == ("answer", "sure", "id", ["uji-1"])
    assert told["rule"].startswith("Dijawab: ")
    best = told["matches"][0]
    assert (best["id"], best["rating"], best["date"]) == ("uji-1", "SALAH", "2025-04-02")
    assert best["url"] == "https://uji.example/air-kelapa"
    assert 0.85 <= best["score"] <= 1
    assert any("ular" in sentence for sentence in best["for"])
    assert best["against"] == ["Kata di klaim yang tidak ada di pesan: Minum."]
    assert {"name", "value", "share"} == best["reasons"][0].keys()
    assert "https://uji.example/air-kelapa" in told["reply"]["text"]
    assert tipline.deliveries == []


def test_who_else_checked_the_claim_and_what_each_rating_comes_to(http: httpx2.Client, index: Index) -> None:
    before = http.post("/api/ask", json={"text": QUESTION}).json()
    assert (before["also"], before["disagree"], before["matches"][0]["scale"]) == ([], False, "false")
    index.put([Article("t-1", ArticleKind.FACT_CHECK, CLAIM, outlet="Tempo", claim=CLAIM, rating="Benar")])
    after = http.post("/api/ask", json={"text": QUESTION, "language": "en"}).json()
    assert after["shown"] == ["uji-1"]
    assert [(each["id"], each["rating"], each["scale"]) for each in after["also"]] == [("t-1", "Benar", "true")]
    assert after["disagree"]
    assert "Publishers rate this differently: Harian Uji: SALAH; Tempo: Benar." in after["reply"]["text"]


def test_reply_and_reasons_come_in_the_language_that_is_asked_for(http: httpx2.Client) -> None:
    told = http.post("/api/ask", json={"text": QUESTION, "language": "en"}).json()
    assert told["language"] == "en"
    assert told["rule"].startswith("Answered: ")
    assert "What was checked:" in told["reply"]["text"]


def test_an_offer_names_what_is_shown_and_what_can_be_chosen(http: httpx2.Client) -> None:
    told = http.post("/api/ask", json={"text": "kelapa"}).json()
    assert (told["decision"], told["shown"]) == ("offer", ["uji-1"])
    assert [option["id"] for option in told["reply"]["options"]] == ["article:uji-1", "none"]


@pytest.mark.parametrize("text", ["ok", "halo", "harga cabai rawit di pasar"])
def test_what_has_no_answer_is_handed_over(http: httpx2.Client, text: str) -> None:
    told = http.post("/api/ask", json={"text": text}).json()
    assert (told["decision"], told["shown"]) == ("hand_over", [])
    assert told["reply"]["text"]


def test_nothing_of_the_text_is_sent_back_but_words_of_the_reasons(http: httpx2.Client) -> None:
    answer = http.post("/api/ask", json={"text": f"{QUESTION} <script>alert(1)</script> 0812-3456-7890"})
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert "3456" not in answer.text


@pytest.mark.parametrize(
    ("raw", "status", "sentence"),
    [
        (b"", 400, "not a JSON object with a text"),
        (b"{", 400, "not a JSON object with a text"),
        (b'["text"]', 400, "not a JSON object with a text"),
        (b"[" * 50_000, 400, "not a JSON object with a text"),
        (b'{"text": 7}', 400, "not a JSON object with a text"),
        (b'{"text": "\xff"}', 400, "not a JSON object with a text"),
        (b'{"text": "  "}', 422, "The text is empty."),
        (b'{"text": "kelapa", "language": "jv"}', 422, "There is no such language; there are: id, en."),
        (b'{"text": "kelapa", "language": ["id"]}', 422, "There is no such language; there are: id, en."),
        (json.dumps({"text": "a" * (MOST + 1)}).encode(), 413, "A text has at most 8000 characters."),
        (b'{"text": "' + b"a" * 200_000, 413, "A text has at most 8000 characters."),
    ],
)
def test_what_is_no_question_is_refused_in_one_sentence(
    http: httpx2.Client, raw: bytes, status: int, sentence: str
) -> None:
    answer = http.post("/api/ask", content=raw)
    assert answer.status_code == status
    assert sentence in error(answer)


def test_the_longest_text_fits(http: httpx2.Client) -> None:
    text = (f"{QUESTION} 🥥 " * 400)[:MOST].strip()
    assert http.post("/api/ask", json={"text": text}).status_code == 200


def test_what_cannot_be_stored_anywhere_can_be_asked(http: httpx2.Client) -> None:
    assert http.post("/api/ask", content=b'{"text": "kelapa\\u0000 \\ud800 ular"}').status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_other_methods_are_told_how_to_ask(http: httpx2.Client, method: str) -> None:
    answer = http.request(method, "/api/ask")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert "POST a JSON object here" in error(answer)


def test_without_an_index_it_says_to_come_back(
    http: httpx2.Client, index: Index, caplog: pytest.LogCaptureFixture
) -> None:
    index.gone = True
    with caplog.at_level(logging.ERROR):
        answer = http.post("/api/ask", json={"text": QUESTION})
    assert answer.status_code == 503
    assert error(answer) == "The search is not available; ask again in a minute."
    assert "rahasia" in caplog.text
    assert "kelapa" not in caplog.text


def test_whoever_asks_too_fast_waits_a_minute(http: httpx2.Client, clock: Clock) -> None:
    statuses = [http.post("/api/ask", json={"text": "kelapa"}).status_code for _ in range(ASKED)]
    assert statuses == [200] * ASKED
    answer = http.post("/api/ask", json={"text": "kelapa"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert error(answer) == "Too many requests from your address; ask again in a minute."
    clock.pass_(minutes=1)
    assert http.post("/api/ask", json={"text": "kelapa"}).status_code == 200
