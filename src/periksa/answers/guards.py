"""Guards: what no score may override. Each says why an article that looks right is not about this question.

A guard turns an answer into an offer and never hides anything. To add one, add a function under `@guard`; its reason is
shown by `periksa ask --why` (`cli/why.py` puts it in words).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from periksa.answers.sides import Claim, Day, Side, asked
from periksa.lang import DEFAULT, analysis
from periksa.lang.mistakes import one_mistake
from periksa.lang.names import Name, relations
from periksa.model import Article, Found, Query, QueryKind

NAMED = (
    "bank",
    "company",
    "organisation",
    "party",
    "person",
    "place",
    "vaccine",
    "disease",
    "brand",
    "platform",
    "holiday",
)
"""Kinds of names of which another one makes another story."""
REPLACED = 3
"""The same text with at most this many telling words replaced, on both sides together, is a template …"""
REPLACED_IN_PLACE = 6
"""… or this many, if all of them stand together and in the same place …"""
TELLING = 0.08
"""… unless the words are common: in more than this share of the articles, and in more than one."""
BRIEF = 7
"""A question of so few telling words is one sentence: what it denies, it denies as a whole."""
BEFORE, MOSTLY = 5, 0.6
"""A claim is denied where so many words before a denied word, and those behind it, hold this much of the claim."""
TOPIC = 2
"""A question of so few words may name a topic rather than a claim …"""
COVERED = 0.5
"""… if it holds less than this share of the telling words of the title and of the claim …"""
COVERED_BY_RARE = 0.35
"""… or less than this, if one of its words is rare …"""
RARE = 0.001
"""… which is a word in at most this share of the articles."""
_NASAL = ("ny", "ng", "n", "m", "c", "s", "h", "k", "t", "p")
"""Sounds at the start of a word that take one another's place in speech: cari, nyari; hapus, ngapus; tutup, nutup."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A question and the claim of a check, and the library that they are judged in."""

    question: Side
    claim: Claim
    found: Found

    @property
    def names_met(self) -> frozenset[str]:
        """Names that one side gives and the other means as well: Garut, Jawa Barat."""
        ours, theirs = (frozenset().union(*side.names.values()) for side in (self.question, self.claim))
        met = ((one.name, other.name) for one in ours for other in theirs if one.agrees(other))
        return frozenset().union(*met)

    def rarer(self, words: Iterable[str], than: float) -> bool:
        """Whether one of these words is met in at most this share of the articles."""
        few = than * self.found.total
        rarity = math.log(1 + (self.found.total - few + 0.5) / (few + 0.5))
        return any(self.found.rarity.get(word, math.inf) >= rarity for word in words)


Doubt = Callable[[Comparison], bool]


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard. `forwards`: it also holds for a long forward, which names and denies much besides its claim."""

    reason: str
    doubts: Doubt
    forwards: bool


GUARDS: list[Guard] = []
"""In the order in which they are asked."""


def guard(reason: str, *, forwards: bool = False) -> Callable[[Doubt], Doubt]:
    """Register a guard with the reason it gives."""

    def register(doubts: Doubt) -> Doubt:
        GUARDS.append(Guard(reason, doubts, forwards))
        return doubts

    return register


def contradiction(query: Query, article: Article, found: Found) -> str:
    """The first reason why this article must not answer this question by itself; empty if there is none."""
    pair = Comparison(asked(query), Claim(article), found)
    forward = query.kind is QueryKind.FORWARD
    return next((each.reason for each in GUARDS if (each.forwards or not forward) and each.doubts(pair)), "")


# ---------------------------------------------------------------- what it is


@guard("no source", forwards=True)
def no_source(pair: Comparison) -> bool:
    """Nobody's check without a conclusion: there is nothing to answer with, and nobody to point at."""
    return not pair.claim.sourced


# ---------------------------------------------------------------- numbers and dates


@guard("another phone number", forwards=True)
def another_phone_number(pair: Comparison) -> bool:
    """Both name telephone numbers, none of them the same."""
    return _apart(pair.question.phones, pair.claim.phones)


@guard("another year", forwards=True)
def another_year(pair: Comparison) -> bool:
    """Both name years, none of them the same."""
    question, claim = pair.question, pair.claim
    return _apart(question.years - claim.numbers, claim.years - question.numbers)


@guard("another year")
def a_year_out_of_reach(pair: Comparison) -> bool:
    """A year is asked about that is neither the one in which the claim was checked nor the one before."""
    claim = pair.claim
    if claim.years or claim.date is None:
        return False
    checked = claim.date.year
    return any(int(year) not in (checked - 1, checked) for year in pair.question.years - claim.numbers)


@guard("another date")
def another_date(pair: Comparison) -> bool:
    """Both name days or months that cannot be the same."""
    ours, theirs = pair.question.days, pair.claim.days
    agree = any(_same_day(one, other) for one in ours for other in theirs)
    return bool(ours and theirs and not agree) or _apart(pair.question.weekdays, pair.claim.weekdays)


def _same_day(one: Day, other: Day) -> bool:
    return one[0] == other[0] and (one[1] == other[1] or not (one[1] and other[1]))


@guard("another number")
def another_number(pair: Comparison) -> bool:
    """Each counts what the other does not."""
    ours, theirs = pair.question.numbers, pair.claim.numbers
    return bool(ours - theirs - pair.question.years and theirs - ours - pair.claim.years)


# ---------------------------------------------------------------- names


def _other_name(kind: str) -> Doubt:
    def another_name(pair: Comparison) -> bool:
        """Each names one of this kind that the other does not."""
        ours, theirs = (side.names.get(kind, frozenset()) for side in (pair.question, pair.claim))
        return bool(_strangers(ours, theirs) and _strangers(theirs, ours))

    return another_name


def _none_shared(kind: str) -> Doubt:
    def another_name(pair: Comparison) -> bool:
        """Both name some of this kind, none of them the same."""
        ours, theirs = (side.names.get(kind, frozenset()) for side in (pair.question, pair.claim))
        return bool(theirs and ours) and len(_strangers(ours, theirs)) == len(ours)

    return another_name


def _strangers(names: Iterable[Name], others: Collection[Name]) -> list[Name]:
    return [name for name in names if not any(name.agrees(other) for other in others)]


for _kind in NAMED:
    guard(f"another {_kind}", forwards=True)(_none_shared(_kind))
    guard(f"another {_kind}")(_other_name(_kind))


@guard("somebody close", forwards=True)
def somebody_close(pair: Comparison) -> bool:
    """Both name somebody, but one of them means a relative or follower: "Putin", "putri Putin"."""
    question, claim = pair.question, pair.claim
    ours, theirs = ({name.name for name in side.names.get("person", ())} for side in (question, claim))
    return any((name in question.close) != (name in claim.close) for name in ours & theirs)


# ---------------------------------------------------------------- what is said


@guard("negation")
def negation(pair: Comparison) -> bool:
    """One denies what the other says: a word of the claim, or of its title where the claim has other words."""
    question, claim, title = pair.question, pair.claim.claim, pair.claim.title
    return _denies(question, claim, claim.meant) or _denies(question, title, title.meant - claim.meant)


def _denies(one: Side, other: Side, words: Set[str]) -> bool:
    ours, theirs = one.denied, other.denied
    denied = (ours.keys() | theirs.keys()) & words & one.meant
    return any(ours.get(word, 0) % 2 != theirs.get(word, 0) % 2 for word in denied)


@guard("negation")
def a_short_denial(pair: Comparison) -> bool:
    """A few words, a negation among them wherever it stands, about a check that denies nothing."""
    claim = pair.claim
    few = len(pair.question.telling) <= BRIEF
    return few and pair.question.denies and not (claim.claim.denies or claim.title.denies)


@guard("negation", forwards=True)
def the_claim_itself_is_denied(pair: Comparison) -> bool:
    """However long the text: a negation right before a word of the claim, and most of the claim around it."""
    said, parts = pair.question.spoken, (pair.claim.claim, pair.claim.title)
    outright = {word for before, word in pairwise(said) if not analysis.negated((before,))}
    outright |= {word for part in parts for word in part.denied if part.denied[word] % 2}
    denied = [at for at in range(1, len(said)) if analysis.negated(said[at - 1 : at]) and said[at] not in outright]
    return any(_around(at, said, part.meant) for part in parts for at in denied if said[at] in part.meant)


def _around(at: int, said: Sequence[str], meant: Set[str]) -> bool:
    around = meant & set(said[max(0, at - BEFORE) : at + len(meant)])
    return len(around) >= MOSTLY * len(meant)


@guard("the opposite")
def the_opposite(pair: Comparison) -> bool:
    """One says "up" where the other, or its claim alone, says "down"."""
    ours = pair.question.words
    return any(
        _takes_side(ours, one, other) and _takes_side(theirs, other, one)
        for opposites in relations().opposites
        for one, other in (opposites, opposites[::-1])
        for theirs in (pair.claim.words, pair.claim.claim.words)
    )


@guard("the opposite")
def the_other_side_of_an_amount(pair: Comparison) -> bool:
    """ "Over ten million" here, "under ten million" there."""
    ours, theirs = pair.question.bounds, pair.claim.bounds
    return any(amount == same and bound != other for amount, bound in ours for same, other in theirs)


def _takes_side(words: Set[str], one: Set[str], other: Set[str]) -> bool:
    return not words.isdisjoint(one) and words.isdisjoint(other)


@guard("only demanded")
def only_demanded(pair: Comparison) -> bool:
    """A few words about what somebody is asked to do, and a check of what they did: "diminta mundur", "mundur"."""
    few = len(pair.question.telling) <= BRIEF
    known = relations()
    return few and not known.demanded.isdisjoint(pair.question.tokens) and known.wishes.isdisjoint(pair.claim.words)


Deed = tuple[frozenset[str], frozenset[str]]
"""The words of those who do it, and of those to whom it is done."""


@guard("other way round")
def other_way_round(pair: Comparison) -> bool:
    """Who did it here has it done to them there: "A sues B", "B sues A"."""
    ours, theirs = _deeds(pair.question), _deeds(pair.claim.claim)
    return any(_swapped(ours[verb], theirs[verb]) for verb in ours.keys() & theirs.keys())


@guard("other way round")
def in_the_other_place(pair: Comparison) -> bool:
    """Whoever does it there has it done to them here: "Russia builds in Indonesia", "Indonesia builds in Russia"."""
    ours, theirs = pair.question, pair.claim
    one, other = (side.names.get("place", frozenset()) - side.where for side in (ours, theirs))
    return bool(ours.where & other and theirs.where & one)


def _deeds(side: Side) -> dict[str, Deed]:
    found: dict[str, Deed] = {}
    for at, token in enumerate(side.tokens):
        for word in relations().verbs.keys() & set(analysis.words(token, side.language)):
            verb = relations().verbs[word]
            before, after = (_words(part, side.language) for part in (side.tokens[:at], side.tokens[at + 1 :]))
            found[verb] = (after, before) if _passive(side.tokens, at) else (before, after)
    return found


def _words(tokens: Sequence[str], language: str) -> frozenset[str]:
    return frozenset(word for token in tokens for word in analysis.words(token, language))


def _passive(tokens: Sequence[str], at: int) -> bool:
    return (tokens[at].startswith("di") and len(tokens[at]) > 4) or "by" in tokens[at + 1 : at + 2]


def _swapped(ours: Deed, theirs: Deed) -> bool:
    crossed = ours[0] & theirs[1] and ours[1] & theirs[0]
    return bool(crossed) and not (ours[0] & theirs[0])


# ---------------------------------------------------------------- templates and topics


@guard("another name")
def another_name(pair: Comparison) -> bool:
    """The same text but for some telling words on both sides: a template with another name or event in it."""
    if pair.question.language not in (DEFAULT, pair.claim.language):
        return False
    same = pair.names_met
    ours = [word for word in _missing(pair.question.telling, pair.claim.telling) if word not in same]
    return any(_filled_anew(pair, part.telling, ours) for part in (pair.claim.claim, pair.claim.title))


def _filled_anew(pair: Comparison, checked: Collection[str], ours: Sequence[str]) -> bool:
    asked_for = pair.question.telling
    theirs = [word for word in _missing(checked, asked_for) if word not in pair.names_met]
    rare = max(TELLING, 1 / max(1, pair.found.total))
    if not (pair.rarer(ours, rare) and pair.rarer(theirs, rare)):
        return False
    replaced = len(ours) + len(theirs)
    return replaced <= REPLACED or (replaced <= REPLACED_IN_PLACE and _in_place(asked_for, checked))


def _in_place(asked_for: Iterable[str], checked: Collection[str]) -> bool:
    """Whether the words that differ stand together and in the same place in both."""
    known = [next((word for word in checked if word == each or _near(word, each)), each) for each in asked_for]
    steps = SequenceMatcher(None, known, list(checked), autojunk=False).get_opcodes()
    return [kind for kind, *_ in steps if kind != "equal"] == ["replace"]


@guard("a topic, not a claim")
def only_a_topic(pair: Comparison) -> bool:
    """A word or two that tell little of what was checked."""
    words = pair.question.telling
    enough = COVERED_BY_RARE if pair.rarer(words, RARE) else COVERED
    parts = (pair.claim.title, pair.claim.claim)
    return len(words) <= TOPIC and all(_covered(part.telling, words) < enough for part in parts)


def _covered(words: Collection[str], by: Collection[str]) -> float:
    return 1 - len(_missing(words, by)) / len(words) if words else 0.0


def _missing(words: Iterable[str], others: Collection[str]) -> list[str]:
    return [word for word in words if word not in others and not any(_near(word, other) for other in others)]


def _near(one: str, other: str) -> bool:
    """Whether two analysed words may be one: a typing mistake, an ending, a colloquial sound."""
    shorter = min(len(one), len(other))
    if shorter >= 4 and (one.startswith(other) or other.startswith(one)):
        return True
    if _without_sound(one) & _without_sound(other):
        return True
    return shorter >= 4 and one_mistake(one, other)


def _without_sound(word: str) -> set[str]:
    """The word without what speech changes: its first sound, and the ending -in."""
    rests = {word[len(sound) :] for sound in ("", *_NASAL) if word.startswith(sound)}
    return {rest.removesuffix("in") for rest in rests if len(rest.removesuffix("in")) >= 3}


def _apart(ours: Set[object], theirs: Set[object]) -> bool:
    return bool(ours and theirs) and ours.isdisjoint(theirs)
