"""A decision in words an editor understands: which words, numbers and names were met, are missing or contradict.

Every word shown stands in the message or in the candidate's title and claim; the sentences around them are data,
`explain.toml`. Nothing here decides anything: it tells what was decided, after the fact.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from itertools import pairwise
from typing import Any

from periksa.answers.decide import Policy
from periksa.answers.guards import NAMED
from periksa.answers.sides import Claim, Day, Side, asked
from periksa.answers.word import day
from periksa.lang import DEFAULT, analysis, language
from periksa.lang.names import Name
from periksa.model import Decision, Match, Query, QueryKind

TOPICS: Mapping[str, tuple[str, ...]] = {
    "words": (
        *("points", "head", "everywhere", "letters", "evidence", "claim_covered", "question_covered"),
        *("question_covered_anywhere", "fits_both_ways", "nothing_rare_missing", "short_head", "length"),
    ),
    "phrases": ("same_order",),
    "numbers": ("numbers_met", "no_other_number"),
    "standing": ("head_first", "everywhere_first", "letters_first", "lead", "lead_over_other_claims"),
    "dated": ("dated",),
    "meaning": ("meaning", "meaning_beside_best", "meaning_first"),
    "close": ("close", "read_closely", "read_lead"),
}
"""What features are about. The shares of one topic are added: one feature alone may count backwards to set another
right. A feature that stands nowhere here is a topic of its own."""
TOLD = 3
"""Reasons that are told, for and against."""
WORDS = 5
"""Words that a sentence names, rarest first."""
RIVAL = 0.5
"""A candidate is a rival if it is at least this probable, beside the other's probability."""
AMOUNT = 10_000
"""The least number that is no year."""
FEW = 4
"""A message of so few words is short."""

# How strong what speaks against is, beside each other. Words that are missing weigh by how much they tell, 0 to 1.
CONTRADICTED = 10.0
NUMBER, UNDATED, SHORT = 0.7, 0.3, 0.2
MIDDLING = 2.0
"""A feature that takes away so many points weighs ½."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a candidate fits as well as it does: the strongest reasons first, at most three, and all in one line."""

    speaks_for: tuple[str, ...]
    against: tuple[str, ...]
    briefly: str


Fact = tuple[float, str]
"""How strong a reason is beside others of its side, and its sentence."""


def rule(decision: Decision, policy: Policy, code: str) -> str:
    """What was decided, and by which rule, in one sentence."""
    say = _say(code)
    floors = {"answer": f"{policy.answer:.0%}", "offer": f"{policy.offer:.0%}"}
    because = say["rules"].get(decision.why, decision.why).format(**floors)
    return str(say[decision.kind]).format(because=because)


def feature(name: str, code: str) -> str:
    """What a feature is called; one that has no name yet goes by its own."""
    return str(_say(code)["features"].get(name, name.replace("_", " ")))


def explain(query: Query, matches: Sequence[Match], rarity: Mapping[str, float], code: str) -> list[Explained]:
    """Every match of a decision, in words of the language `code`.

    `rarity` of analysed words tells which ones to name; without it the first.
    """
    words = _Rarity(rarity)
    return [_explained(_Beside(query, match, words, code), matches) for match in matches]


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("periksa.answers").joinpath("explain.toml").read_text(encoding="utf-8"))


def _say(code: str) -> Mapping[str, Any]:
    tables = _tables()
    found: Mapping[str, Any] = tables.get(language(code).code, tables[DEFAULT])
    return found


def _explained(pair: _Beside, matches: Sequence[Match]) -> Explained:
    rival = _rival(pair.match, matches)
    contradictions = list(_contradictions(pair))
    against = [*contradictions, *_missing(pair), *_weak(pair, rival)]
    speaks_for = [*_words_met(pair), *_stands_out(pair, matches, rival), *_learned(pair, "for", 1)]
    return Explained(_strongest(speaks_for), _strongest(against), _briefly(pair, contradictions))


def _strongest(facts: Iterable[Fact]) -> tuple[str, ...]:
    order = sorted((fact for fact in facts if fact[0] > 0), key=lambda fact: -fact[0])
    return tuple(dict.fromkeys(sentence for _, sentence in order))[:TOLD]


def _rival(match: Match, matches: Sequence[Match]) -> Match | None:
    others = (other for other in matches if other is not match and other.score >= RIVAL * match.score)
    return max(others, key=lambda other: other.score, default=None)


def _briefly(pair: _Beside, contradictions: Sequence[Fact]) -> str:
    if contradictions:
        return contradictions[0][1]
    if not pair.met:
        return str(pair.say["nothing"])
    parts = {"met": pair.named(pair.met), "missing": pair.named(pair.missing)}
    return "; ".join(pair.say[key].format(words=words) for key, words in parts.items() if words)


class _Rarity:
    """How much words tell. One that is not known is as rare as the rarest."""

    def __init__(self, rarity: Mapping[str, float]) -> None:
        self._rarity = rarity
        self._most = max(rarity.values(), default=1.0)

    def of(self, word: str) -> float:
        return self._rarity.get(word, self._most)

    def is_rare(self, word: str) -> bool:
        """Whether it stands in few articles: about a hundred of ten thousand, a thousand of a million."""
        return self.of(word) >= self._most / 2

    def part(self, some: Iterable[str], whole: Collection[str]) -> float:
        """How much of what all of these tell is told by some of them."""
        return sum(map(self.of, some)) / (sum(map(self.of, whole)) or 1.0)


class _Beside:
    """A candidate beside the message."""

    def __init__(self, query: Query, match: Match, rarity: _Rarity, code: str) -> None:
        self.match = match
        self.message = asked(query)
        self.claim = Claim(match.article)
        self.forward = query.kind is QueryKind.FORWARD
        self.rarity = rarity
        self.code = code
        self.say = _say(code)
        self._spelled = _spelled(self.claim.text) | _spelled(self.message.text)
        self.ours = self._written(self.message)
        self.theirs = self._written(self.claim)

    def _written(self, side: Side) -> dict[str, str]:
        """Analysed words of a text, each once, in order, and how it is first written."""
        found: dict[str, str] = {}
        for token in side.tokens:
            for word in analysis.words(token, side.language):
                found.setdefault(word, self.spelled(token))
        return found

    def spelled(self, token: str) -> str:
        """A folded word as the message writes it, or else the claim."""
        return self._spelled.get(token, token)

    def names(self, names: Iterable[str]) -> str:
        """Names as they are written."""
        spelled = (" ".join(map(self.spelled, name.split())) for name in sorted(set(names)))
        return ", ".join(spelled)

    def fact(self, strength: float, side: str, key: str, **blanks: object) -> Fact:
        """A sentence of the data, its blanks filled."""
        return strength, str(self.say[side][key]).format(**blanks)

    @cached_property
    def met(self) -> dict[str, str]:
        """Analysed words of both, as the message writes them."""
        return {word: written for word, written in self.ours.items() if word in self.theirs}

    @cached_property
    def missing(self) -> dict[str, str]:
        """Words of the claim that the message has not."""
        return {word: written for word, written in self.theirs.items() if word not in self.ours}

    @cached_property
    def extra(self) -> dict[str, str]:
        """Words of the message that the claim has not."""
        return {word: written for word, written in self.ours.items() if word not in self.theirs}

    @cached_property
    def names_met(self) -> dict[str, str]:
        """Names that both mean: the analysed words of each, and the name."""
        ours, theirs = (frozenset().union(*side.names.values()) for side in (self.message, self.claim))
        met = (name.name for name in ours if any(name.agrees(other) for other in theirs))
        return {word: name for name in met for word in analysis.words(name, self.message.language)}

    def named(self, words: Mapping[str, str]) -> str:
        """The rarest of these words as they are written; numbers and negations have sentences of their own."""
        telling = [word for word in words if not (word.isdigit() or analysis.negated((word,)))]
        rarest = sorted(telling, key=self.rarity.of, reverse=True)[:WORDS]
        return ", ".join(dict.fromkeys(words[word] for word in rarest))

    def counted(self, numbers: Iterable[str]) -> str:
        """Numbers as they are printed: years plain, amounts with their thousands set apart; no row of digits."""
        counts = sorted(int(number) for number in numbers if 0 < len(number) <= analysis.LONGEST_AMOUNT)[:WORDS]
        return ", ".join(
            str(count) if count < AMOUNT else f"{count:,}".replace(",", self.say["thousands"]) for count in counts
        )

    def share(self, topic: str) -> float:
        """Points of all features of a topic."""
        return sum(reason.share for reason in self.match.reasons if _topic(reason.name) == topic)

    def value(self, topic: str) -> float:
        """The value of the first feature of a topic."""
        features = TOPICS.get(topic, (topic,))
        return next((reason.value for name in features for reason in self.match.reasons if reason.name == name), 0.0)


def _spelled(text: str) -> dict[str, str]:
    """Folded words of a text as they are written."""
    return {analysis.fold(word): word for word in _WORD.findall(text)}


@cache
def _topic(name: str) -> str:
    return next((topic for topic, names in TOPICS.items() if name in names), name)


# ---------------------------------------------------------------- for


def _words_met(pair: _Beside) -> Iterator[Fact]:
    """What both say. Names are among the words, and share in their points."""
    names = pair.names_met
    words = {word: written for word, written in pair.met.items() if word not in names}
    of_words = pair.share("words")
    both = pair.rarity.part(words, {**pair.met, **names})
    if names:
        yield pair.fact(of_words * (1 - both), "for", "names", words=pair.names(names.values()))
    if shown := pair.named(words):
        key = "rare_words" if any(map(pair.rarity.is_rare, filter(str.isalpha, words))) else "words"
        yield pair.fact(of_words * both, "for", key, words=shown)
    if phrases := _phrases(pair):
        yield pair.fact(pair.share("phrases"), "for", "phrases", words=phrases)
    if numbers := pair.counted(pair.message.numbers & pair.claim.numbers):
        yield pair.fact(pair.share("numbers"), "for", "numbers", words=numbers)


def _stands_out(pair: _Beside, matches: Sequence[Match], rival: Match | None) -> Iterator[Fact]:
    """What sets it apart from the others: that all of them have a date says nothing."""
    if rival is None and len(matches) > 1:
        yield pair.fact(pair.share("standing"), "for", "standing")
    dated = pair.match.article.date
    if dated and not all(match.article.date for match in matches):
        yield pair.fact(pair.share("dated"), "for", "dated", day=day(dated, language(pair.code)))


def _learned(pair: _Beside, side: str, sign: int) -> Iterator[Fact]:
    """What a model says of the pair as a whole, and features that nobody has put in words yet."""
    topics = dict.fromkeys(_topic(reason.name) for reason in pair.match.reasons)
    for topic in topics:
        strength, value = sign * pair.share(topic), pair.value(topic)
        if strength <= 0 or topic in TOPICS.keys() - {"meaning", "close"}:
            continue
        if topic in TOPICS:
            yield pair.fact(strength, side, topic, value=f"{100 * value:.0f}")
        else:
            yield strength, f"{feature(topic, pair.code)}: {value:.2f}."


def _phrases(pair: _Beside) -> str:
    """Stretches of the message whose words stand in a row in the claim too, the longest first."""
    together = set(pairwise(analysis.words(pair.claim.text, pair.claim.language)))
    tokens, language = pair.message.tokens, pair.message.language
    words = [(word, at) for at, token in enumerate(tokens) for word in analysis.words(token, language)]
    stretches: list[tuple[int, int]] = []
    for (one, start), (other, end) in pairwise(words):
        if (one, other) in together and stretches and stretches[-1][1] == start:
            stretches[-1] = stretches[-1][0], end
        elif (one, other) in together:
            stretches.append((start, end))
    longest = sorted(stretches, key=lambda stretch: stretch[0] - stretch[1])
    shown = dict.fromkeys(" ".join(map(pair.spelled, tokens[start : end + 1])) for start, end in longest)
    return ", ".join(f"“{row}”" for row in list(shown)[:TOLD])


# ---------------------------------------------------------------- against


def _contradictions(pair: _Beside) -> Iterator[Fact]:
    """What no score overrides, with the names and words that are meant (`guards.py`)."""
    for kind in NAMED:
        ours, theirs = (side.names.get(kind, frozenset()) for side in (pair.message, pair.claim))
        strange, missed = _strangers(ours, theirs), _strangers(theirs, ours)
        if strange and missed and not (pair.forward and len(strange) < len(ours)):
            yield pair.fact(CONTRADICTED, "against", "name", ours=pair.names(strange), theirs=pair.names(missed))
    asked_about, checked = (sorted(side.days) for side in (pair.message, pair.claim))
    if asked_about and checked and not any(_meet(one, other) for one in asked_about for other in checked):
        dates = {"ours": _dates(asked_about, pair.code), "theirs": _dates(checked, pair.code)}
        yield pair.fact(CONTRADICTED, "against", "day", **dates)
    if not pair.forward:
        yield from _denied(pair)


def _strangers(names: Iterable[Name], others: Collection[Name]) -> list[str]:
    return [name.name for name in names if not any(name.agrees(other) for other in others)]


def _meet(one: Day, other: Day) -> bool:
    return one[0] == other[0] and (one[1] == other[1] or not (one[1] and other[1]))


def _dates(days: Iterable[Day], code: str) -> str:
    months = language(code).months
    return ", ".join(f"{number} {months[month - 1]}" if number else months[month - 1] for month, number in days)


def _denied(pair: _Beside) -> Iterator[Fact]:
    message, claim = pair.message, pair.claim.claim
    sides = {"we_deny": (message.denied, claim), "they_deny": (claim.denied, message)}
    for key, (denied, other) in sides.items():
        words = [
            word for word in denied if denied[word] % 2 and word in other.meant and not other.denied.get(word, 0) % 2
        ]
        if words:
            written = ", ".join(pair.ours.get(word, pair.theirs.get(word, word)) for word in words)
            yield pair.fact(CONTRADICTED, "against", key, words=written)


def _missing(pair: _Beside) -> Iterator[Fact]:
    """What one side has and the other has not."""
    ours, theirs = pair.message.numbers, pair.claim.numbers
    if strange := pair.counted(ours - theirs):
        missed = pair.counted(theirs - ours)
        strength = CONTRADICTED if missed and not pair.forward else NUMBER
        key = "other_number" if missed else "number"
        yield pair.fact(strength, "against", key, ours=strange, theirs=missed)
    for key, words, whole in (("missing", pair.missing, pair.theirs), ("extra", pair.extra, pair.ours)):
        if shown := pair.named(words):
            yield pair.fact(pair.rarity.part(words, whole), "against", key, words=shown)


def _weak(pair: _Beside, rival: Match | None) -> Iterator[Fact]:
    """What makes a candidate less sure without being about its words."""
    match = pair.match
    if rival:
        key = "behind" if rival.score > match.score else "rival"
        yield pair.fact(rival.score / (rival.score + match.score), "against", key, title=rival.article.title)
    if match.article.date is None:
        yield pair.fact(UNDATED, "against", "undated")
    if len(pair.ours) <= FEW:
        yield pair.fact(SHORT, "against", "short", count=len(pair.message.tokens))
    for strength, sentence in _learned(pair, "against", -1):
        yield strength / (strength + MIDDLING), sentence
