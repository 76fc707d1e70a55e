"""What was decided about a forward is remembered for its copies, and for nothing that could be another claim."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from periksa import remembering
from periksa.answers.decide import Policy
from periksa.finding import Finder
from periksa.index.memory import MemoryIndex
from periksa.lang import LANGUAGES
from periksa.model import Article, ArticleKind, Decision, DecisionKind, Found, Media, Message, MessageKind, Query
from periksa.readers.text import TextReader
from periksa.remembering import Memory

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
FORWARD = (
    "Mulai 1 Mei 2026 nasabah Bank Mandiri di Garut wajib bayar biaya transfer 150.000 rupiah tiap bulan, "
    "kata Kepala Cabang Hermanto. Pemerintah tidak akan mengganti uang nasabah yang hilang karena kebocoran data."
)
LIBRARY = [
    Article("tarif", ArticleKind.FACT_CHECK, "Bank Mandiri tidak menaikkan biaya transfer menjadi 150.000 rupiah"),
    Article("data", ArticleKind.FACT_CHECK, "Kebocoran data nasabah: uang yang hilang tidak diganti pemerintah"),
    Article("beras", ArticleKind.FACT_CHECK, "Beras plastik beredar di Bandung"),
    Article("kabar", ArticleKind.NEWS, "Beras impor dari Vietnam masuk pelabuhan"),
]


def said(text: str, **more: object) -> Message:
    return Message("m", "c", "web", "p", MessageKind.TEXT, AT, AT, text=text, **more)  # type: ignore[arg-type]


class Counting(MemoryIndex):
    """A real index that notes how often it was searched."""

    def __init__(self) -> None:
        super().__init__()
        self.searches = 0

    def search(self, query: Query, kind: ArticleKind, limit: int = 20) -> Found:
        self.searches += 1
        return super().search(query, kind, limit)


@pytest.fixture
def index() -> Counting:
    index = Counting()
    index.put(LIBRARY)
    return index


@pytest.fixture
def finder(index: Counting) -> Finder:
    return Finder(TextReader(), index, Policy())


def thoughts(index: Counting, finder: Finder, *texts: str) -> int:
    """How many searches these texts took."""
    before = index.searches
    for text in texts:
        finder.find(said(text))
    return index.searches - before


# ---------------------------------------------------------------- known again


COPIES = {
    "the same": FORWARD,
    "decoration": f"*SEBARKAN!!* 🙏🙏\n\n_{FORWARD}_ ‼️",
    "capitals": FORWARD.replace("nasabah", "Nasabah").replace("wajib", "WAJIB"),
    "lines": FORWARD.replace(". Pemerintah", ".\n\nPemerintah"),
    "zero-width": FORWARD.replace("transfer", "trans\u200bfer"),
    "chat spellings": FORWARD.replace("yang", "yg").replace("karena", "krn"),
    "particles": FORWARD.replace("wajib bayar", "wajib bayar nih ya"),
    "letters changed places": FORWARD.replace("kebocoran", "kebocroan"),
    "a vowel lost": FORWARD.replace("kebocoran", "kebcoran"),
    "drawn out": FORWARD.replace("transfer", "transferrrr"),
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_a_copy_costs_no_thought(index: Counting, finder: Finder, copy: str) -> None:
    first = finder.find(said(FORWARD)).decision
    before = index.searches
    assert finder.find(said(copy)).decision is first
    assert index.searches == before


def test_each_copy_keeps_its_own_words(finder: Finder) -> None:
    finder.find(said(FORWARD))
    for copy in COPIES.values():
        message = said(copy)
        assert finder.find(message).query == finder.read(message)


def test_thousands_of_copies_cost_one_thought(index: Counting, finder: Finder) -> None:
    once = thoughts(index, finder, FORWARD)
    assert once
    assert thoughts(index, finder, *[FORWARD] * 2000) == 0


def test_a_hand_over_is_remembered_with_its_news(index: Counting, finder: Finder) -> None:
    first = finder.find(said("beras impor vietnam pelabuhan")).decision
    assert first.kind is DecisionKind.HAND_OVER
    assert [article.id for article in first.context] == ["kabar"]
    assert thoughts(index, finder, "Beras impor Vietnam pelabuhan!!") == 0


# ---------------------------------------------------------------- another claim

OTHER = {
    "number": ("150.000", "250.000"),
    "day": ("1 Mei", "2 Mei"),
    "month": ("Mei", "Juni"),
    "year": ("2026", "2025"),
    "bank": ("Bank Mandiri", "Bank BRI"),
    "place": ("Garut", "Cianjur"),
    "a name nobody lists": ("Hermanto", "Hermianto"),
    "negation gone": ("tidak akan", "akan"),
    "negation more": ("wajib", "tidak wajib"),
    "who does it": ("mengganti", "diganti"),
    "the opposite": ("wajib", "dilarang"),
    "a wrong letter": ("kebocoran", "kebocoren"),
    "a word more": ("uang nasabah", "uang pinjaman nasabah"),
    "a word less": ("tiap bulan", "bulan"),
    "a link": (FORWARD, f"{FORWARD} https://undian.example/klaim"),
    "a phone number": (FORWARD, f"{FORWARD} Hubungi 0800-000-0000"),
    "truncated": ("Pemerintah tidak akan mengganti uang nasabah yang hilang karena kebocoran data.", ""),
}


@pytest.mark.parametrize(("old", "new"), OTHER.values(), ids=OTHER)
def test_another_claim_is_thought_about(index: Counting, finder: Finder, old: str, new: str) -> None:
    assert old in FORWARD
    thoughts(index, finder, FORWARD)
    assert thoughts(index, finder, FORWARD.replace(old, new, 1)) > 0


def test_two_numbers_that_change_places_are_another_claim(index: Counting, finder: Finder) -> None:
    text = "Pertandingan di stadion itu dihadiri 500 orang pada pagi hari lalu bertambah jadi 900 orang pada malam hari"
    thoughts(index, finder, text)
    assert thoughts(index, finder, text.replace("500", "#").replace("900", "500").replace("#", "900")) > 0


def test_a_scoffing_word_makes_another_claim(index: Counting, finder: Finder) -> None:
    text = "siapa bilang bank di kota itu menutup lima puluh kantor cabang lama pada akhir bulan Agustus"
    thoughts(index, finder, text)
    assert thoughts(index, finder, text.replace("bilang ", "")) > 0


def test_in_a_short_question_every_word_counts(index: Counting, finder: Finder) -> None:
    thoughts(index, finder, "kebocoran data nasabah bank")
    assert thoughts(index, finder, "Kebocoran data nasabah bank??") == 0
    assert thoughts(index, finder, "kebocroan data nasabah bank") > 0
    assert thoughts(index, finder, "kebocoran data nasabah bank yg hilang") > 0


@pytest.mark.parametrize(("one", "other"), [("iii", "i"), ("memberi", "membeli"), ("menembak", "menembaki")])
def test_short_and_bent_words_are_never_mistyped(one: str, other: str) -> None:
    assert not remembering._mistyped(one, other)


def test_a_message_with_a_file_is_never_known_by_its_words(index: Counting, finder: Finder) -> None:
    thoughts(index, finder, FORWARD)
    for _ in range(2):
        before = index.searches
        finder.find(replace(said(FORWARD, media=Media("gambar-1", "image/jpeg")), kind=MessageKind.IMAGE))
        assert index.searches > before
    assert thoughts(index, finder, FORWARD) == 0


# ---------------------------------------------------------------- forgotten


def test_everything_is_forgotten_when_the_library_changes(index: Counting, finder: Finder) -> None:
    text = "beras plastik beredar di Surabaya"
    first = finder.find(said(text)).decision
    index.put([Article("baru", ArticleKind.FACT_CHECK, "Beras plastik beredar di Surabaya")])
    second = finder.find(said(text)).decision
    assert "baru" not in [match.article.id for match in first.matches]
    assert second.matches[0].article.id == "baru"


def test_what_was_decided_before_a_change_is_not_kept_after_it() -> None:
    memory, reader = Memory(), TextReader()
    slow = memory.recall(said(FORWARD), "1", reader.read)
    memory.recall(said("lain"), "2", reader.read)
    memory.keep(slow, Decision(DecisionKind.HAND_OVER), "1")
    assert memory.recall(said(FORWARD), "2", reader.read).decision is None


def test_the_one_longest_not_asked_for_goes_first() -> None:
    memory, reader = Memory(most=3), TextReader()
    texts = [re.sub("Garut", place, FORWARD) for place in ("Garut", "Cianjur", "Bogor", "Depok")]

    def known(text: str) -> bool:
        recalled = memory.recall(said(text), "1", reader.read)
        memory.keep(recalled, recalled.decision or Decision(DecisionKind.HAND_OVER), "1")
        return recalled.decision is not None

    assert [known(text) for text in texts[:3]] == [False] * 3
    assert known(texts[0])
    assert not known(texts[3])
    assert known(texts[0])
    assert not known(texts[1])
    assert len(memory._known) == len(memory._said) == 3
    assert {key for keys in memory._bands.values() for key in keys} == set(memory._known)


def test_a_near_copy_is_not_what_the_next_is_compared_with(index: Counting, finder: Finder) -> None:
    """Else a text could become another one in small steps."""
    once, twice = FORWARD.replace("kebocoran", "kebocroan"), FORWARD.replace("kebocoran", "kebocraon")
    thoughts(index, finder, FORWARD)
    assert thoughts(index, finder, once) == 0
    assert thoughts(index, finder, twice) > 0


def test_many_threads_may_ask_at_once(index: Counting, finder: Finder) -> None:
    texts = [FORWARD.replace("150.000", str(number)) for number in range(30)]
    expected = {text: Finder(TextReader(), index, Policy()).find(said(text)).decision for text in texts}
    wrong: list[str] = []

    def ask() -> None:
        wrong.extend(text for text in texts * 3 if finder.find(said(text)).decision != expected[text])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# ---------------------------------------------------------------- properties

VOCABULARY = """
warga nasabah pemerintah bank mandiri bri garut bandung wajib bayar bukan tidak tanpa vaksin uang transfer 2025 2026 150
ribu juta tiga Mei gratis beredar plastik beras kata presiden yang di kebocoran . , ! pelabuhan kabar data yg gak ini
0812 WHO #hoaks https://a.example
"""
WORDS = st.sampled_from(VOCABULARY.split())
TEXTS = st.lists(WORDS, min_size=1, max_size=40).map(" ".join)
WRAPPED = st.sampled_from(["{}", "*{}*", "{} 🙏🙏", "  {}\n\n", "~{}~", "\u200b{}", "SEBARKAN!!\n{}"])
LONG = st.lists(WORDS, min_size=16, max_size=40)


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, wrapping=WRAPPED)
def test_a_decision_remembered_for_the_same_words_is_the_fresh_one(text: str, wrapping: str) -> None:
    index = MemoryIndex()
    index.put(LIBRARY)
    finder = Finder(TextReader(), index, Policy())
    for copy in (text, wrapping.format(text), text):
        fresh = Finder(TextReader(), index, Policy()).find(said(copy))
        assert finder.find(said(copy)) == fresh


KINDS = {
    "number": [str(number) for number in range(2, 2000, 37)],
    "year": [str(year) for year in range(1990, 2030)],
    "bank": ["bri", "bca", "mandiri", "bni", "btn"],
    "place": ["garut", "bandung", "cianjur", "medan", "padang"],
    "person": ["Hermanto", "Suryani", "Kristiana", "Kristina", "Suryana"],
    "negation": ["tidak", "bukan", "jangan", "tanpa", "pasti"],
}


@st.composite
def twins(draw: st.DrawFn) -> Iterator[tuple[str, str]]:
    """A long forward, and the same with one number, name, year or negation exchanged."""
    words = draw(LONG)
    one, other = draw(
        st.sampled_from(list(KINDS.values())).flatmap(lambda of: st.permutations(of).map(lambda p: p[:2]))
    )
    at = draw(st.integers(0, len(words)))
    return (  # type: ignore[return-value]
        " ".join([*words[:at], one, "nasabah", *words[at:]]),
        " ".join([*words[:at], other, "nasabah", *words[at:]]),
    )


@settings(max_examples=400, deadline=None)
@given(pair=twins())
def test_another_number_name_year_or_negation_is_never_the_same_claim(pair: tuple[str, str]) -> None:
    memory, reader = Memory(), TextReader()
    first, second = (said(text) for text in pair)
    memory.keep(memory.recall(first, "1", reader.read), Decision(DecisionKind.HAND_OVER), "1")
    assert memory.recall(first, "1", reader.read).decision
    assert memory.recall(second, "1", reader.read).decision is None


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_particle_denies_or_counts(code: str) -> None:
    particles = remembering.relations().particles
    assert particles.isdisjoint(LANGUAGES[code].negation)
    assert particles.isdisjoint(remembering.relations().numerals)
