"""A question and a claim as two sides that can be held against each other: what each names, counts and dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import pairwise

from periksa.lang import LANGUAGES, analysis
from periksa.lang.names import Name, named, parts, relations
from periksa.model import Article, Query

Day = tuple[int, int]
"""Month and day; 0 where the day is not named."""

_PHONE = re.compile(r"(?<![\w.])(?:\+?62|0)[\s-]?8\d(?:[\s-]?\d){6,11}(?!\d)")
_YEAR = re.compile(r"(?<![\w.,])(?:19|20)\d\d(?!\w|[.,]\d)")
_CLAUSE = re.compile(r"[.!?;:,\n#()\"“”]+(?!\d)")
_RIGHT = ("benar",)
"""What follows a negation that rates a claim rather than being part of one: "tidak benar"."""
REACH = 2
"""How many words a negation reaches over."""
BOUND = 2
"""How many words before an amount may say that it is a bound: "di bawah", "kurang dari"."""
_MONTHDAY = re.compile(r"0?[1-9]|[12]\d|3[01]")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBERED = re.compile(r"\b(covid|corona)[\s-]?19\b", re.IGNORECASE)
"""A number that is part of a name."""
_MONTHS = {
    form: number
    for lang in LANGUAGES.values()
    for number, month in enumerate(lang.months, 1)
    for form in (month.casefold(), month[:3].casefold())
}
_WHOLE_MONTHS = {month.casefold() for lang in LANGUAGES.values() for month in lang.months}
_EMPTY = frozenset().union(*(lang.asking | lang.chatter | lang.greeting for lang in LANGUAGES.values()))
"""Words of asking and politeness: they tell nothing of a claim."""


class Side:
    """One text: its words, names, numbers and dates, each read when it is first looked at."""

    def __init__(self, text: str, language: str) -> None:
        self.language = language
        self.phones = frozenset(_plain(each) for each in _PHONE.findall(text))
        self.text = _NUMBERED.sub(r"\1", _PHONE.sub(" ", text))

    @cached_property
    def tokens(self) -> list[str]:
        """Words as written, folded."""
        return analysis.tokens(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """Analysed words."""
        return frozenset(analysis.words(self.text, self.language))

    @cached_property
    def meant(self) -> frozenset[str]:
        """Analysed words, one for all that say the same; neither numbers nor negations."""
        return frozenset(_meant(word) for word in self.words if not (word.isdigit() or analysis.negated((word,))))

    @cached_property
    def telling(self) -> dict[str, None]:
        """What tells something, each once, in order: names as they are known, other words analysed, no dates."""
        return dict.fromkeys(word for part in parts(self.tokens) for word in self._tells(part))

    def _tells(self, part: Name | str) -> Iterator[str]:
        if isinstance(part, Name):
            yield part.name
        elif part not in _EMPTY and part not in relations().numerals and part not in _WHOLE_MONTHS:
            idle = relations().light
            words = analysis.words(part, self.language)
            yield from (_meant(word) for word in words if not (word.isdigit() or word in idle))

    @cached_property
    def names(self) -> dict[str, frozenset[Name]]:
        """The names of each kind."""
        return named(self.text)

    @cached_property
    def years(self) -> frozenset[str]:
        """Numbers that can only be years as they are written: 2025, not 2.025."""
        return frozenset(_YEAR.findall(self.text))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number, small ones written as words too."""
        numerals = relations().numerals
        text = _WORD.sub(lambda found: numerals.get(found[0].casefold(), found[0]), self.text)
        return frozenset(number.lstrip("0") for number in analysis.numbers(text))

    @cached_property
    def days(self) -> frozenset[Day]:
        """The dates that are named: "3 Agustus", "May 11", "Oktober"."""
        return frozenset(self._days())

    @cached_property
    def weekdays(self) -> frozenset[int]:
        """The days of the week that are named."""
        known = relations().weekdays
        return frozenset(known[token] for token in self.tokens if token in known)

    @cached_property
    def denied(self) -> Mapping[str, int]:
        """Words that a negation reaches in its clause, and how often: "bukan tanpa visa" denies visa twice.

        Not what another clause says outright: in "DPR dibubarkan! Ga ada gunanya DPR" nothing of the claim is denied.
        """
        counts: Counter[str] = Counter()
        outright: set[str] = set()
        for clause in _CLAUSE.split(self.text):
            said = (word for word in analysis.words(clause, self.language) if word not in relations().light)
            words = tuple(map(_meant, said))
            reached = _reached(words)
            counts += reached
            outright |= set(words) - reached.keys()
        return {word: count for word, count in counts.items() if word not in outright}

    @cached_property
    def spoken(self) -> tuple[str, ...]:
        """Analysed words in order, one for all that say the same, without what could be left out."""
        words = analysis.words(self.text, self.language)
        return tuple(_meant(word) for word in words if word not in relations().light)

    @cached_property
    def denies(self) -> bool:
        """Whether something is denied in it, or somebody denies it; "tidak benar" rates, and does not count."""
        words = analysis.words(self.text, self.language)
        rated = any(words[at + 1 : at + 2] == _RIGHT for at, word in enumerate(words) if analysis.negated((word,)))
        said = f" {' '.join(self.tokens)} "
        mocked = any(f" {each} " in said for each in relations().mockery)
        return mocked or bool(relations().denials & self.words) or (analysis.negated(words) and not rated)

    @cached_property
    def bounds(self) -> frozenset[tuple[str, str]]:
        """Amounts that are said to be a bound, and of which kind: "di bawah 10 juta", "17 tahun ke atas"."""
        return frozenset(self._bounds())

    @cached_property
    def close(self) -> frozenset[str]:
        """Names of people of whom somebody else is meant, a relative or a follower: "putri Putin"."""
        return frozenset(name.name for name in self._named_behind(relations().close) if name.kind == "person")

    @cached_property
    def where(self) -> frozenset[Name]:
        """Places where something is or goes: "di Indonesia"."""
        return frozenset(name for name in self._named_behind(relations().where) if name.kind == "place")

    def _named_behind(self, words: Set[str]) -> Iterator[Name]:
        """Names right behind one of these words, "bu" and "pak" between them."""
        said = [part for part in parts(self.tokens) if isinstance(part, Name) or part not in _EMPTY]
        return (name for before, name in pairwise(said) if before in words and isinstance(name, Name))

    def _bounds(self) -> Iterator[tuple[str, str]]:
        known = relations().bounds
        for at, token in enumerate(self.tokens):
            if token.isdecimal():
                behind = self.tokens[at + 1 : at + 4]
                above = behind[behind.index("ke") + 1 :] if "ke" in behind else []
                words = (*self.tokens[max(0, at - BOUND) : at], *above)
                yield from ((token, known[word]) for word in words if word in known)

    def _days(self) -> Iterator[Day]:
        around = ["", *self.tokens, ""]
        sure = _WHOLE_MONTHS - relations().ambiguous_months
        for before, token, after in zip(around, around[1:], around[2:], strict=False):
            day = next((int(each) for each in (before, after) if _MONTHDAY.fullmatch(each)), 0)
            if token in _MONTHS and (day or token in sure):
                yield _MONTHS[token], day


class Claim(Side):
    """The side of a published check: title and claim together, and each for itself."""

    def __init__(self, article: Article) -> None:
        super().__init__(f"{article.title}\n{article.claim}", article.language)
        self.title = Side(article.title, article.language)
        self.claim = Side(article.claim or article.title, article.language)
        self.date = article.date
        self.sourced = bool(article.rating or article.outlet or article.url)
        """Whether there is a conclusion, or somebody or some page to point at."""


def asked(query: Query) -> Side:
    """The side of a question."""
    return Side(query.text, query.language)


def _reached(words: Sequence[str]) -> Counter[str]:
    """The words of a clause that a negation reaches, and how often."""
    reaches = (words[at + 1 : at + 1 + REACH] for at, word in enumerate(words) if analysis.negated((word,)))
    return Counter(word for reach in reaches if reach[:1] != _RIGHT for word in reach)


def _meant(word: str) -> str:
    """The word that stands for all that say the same."""
    return relations().synonyms.get(word, word)


def _plain(phone: str) -> str:
    """A telephone number without country code, spaces and dashes."""
    return "".join(filter(str.isdecimal, phone)).removeprefix("62").removeprefix("0")
