"""What editors see before and after they decide: what will be sent to whom, how far it has come, what was like it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from periksa.answers import same
from periksa.answers.alike import alike
from periksa.answers.beside import beside
from periksa.finding import Finder
from periksa.lang.mask import masked
from periksa.model import (
    Article,
    Beside,
    Case,
    CaseOrder,
    CaseState,
    Outgoing,
    Phrasing,
    Preview,
    Progress,
    Reply,
    Telling,
    Told,
)
from periksa.review.following import AT_ONCE
from periksa.review.settling import Settling, as_seen, fact_check, open_case, rumour
from periksa.review.telling import Asker, Settled, Wording, as_message, asked_by
from periksa.store import Store, Transaction

TEXTS = 12
"""Texts that differ for which a preview finds out what is told: each costs a search."""
PAST, ALIKE = 500, 5
"""Settled cases that are looked through, those asked last first, and how many are shown."""
ENOUGH = 0.45
"""How much of two questions, by rarity, must be the same for one to be shown beside the other."""
LENGTH = 600
"""Characters of a question that tell what it is about."""
PHRASINGS, MOST_PHRASINGS = 8, 200
"""Ways of asking that are shown, and looked through: those that differ in spaces or a masked number are one."""


class Looking:
    """Reads. `templates`: channels on which somebody whose window is closed is knocked at with a template."""

    def __init__(
        self,
        store: Store,
        finder: Finder,
        wording: Wording,
        settling: Settling,
        clock: Callable[[], datetime],
        templates: Collection[str],
    ) -> None:
        self._store = store
        self._finder = finder
        self._wording = wording
        self._settling = settling
        self._clock = clock
        self._templates = templates

    # ------------------------------------------------------------ before

    def preview(self, case: str, article: str = "", unpublished: Article | None = None) -> Preview:
        """What everyone who waits would be told, by this fact-check, by one that is `unpublished`, or by none.

        Raises: CaseError if there is no such open case, or no such fact-check.
        """

        def look(tx: Transaction) -> tuple[Settled, list[Asker]]:
            known = rumour(open_case(tx, case))
            found = unpublished or (fact_check(tx, article) if article else None)
            askers = asked_by(tx, tx.cases.waiting(known.id, AT_ONCE))
            return Settled(known, found, tx.tellings.of(known.id)), askers

        return self._preview(look, again=False)

    def preview_instead(self, case: str, article: str, number: int) -> Preview:
        """What everyone who asked would be told if the case were settled like this instead. Raises: CaseError."""

        def look(tx: Transaction) -> tuple[Settled, list[Asker]]:
            telling = tx.tellings.of(case)
            known = rumour(as_seen(tx, case, telling, number))
            found = fact_check(tx, article) if article else None
            askers = asked_by(tx, tx.tellings.everyone(case, AT_ONCE))
            out = _out(tx, telling, [each.waiting.contact for each in askers])
            askers = [replace(each, told=each.waiting.contact in out) for each in askers]
            return Settled(known, found, telling), askers

        return self._preview(look, again=True)

    def _preview(self, look: Callable[[Transaction], tuple[Settled, list[Asker]]], *, again: bool) -> Preview:
        at = self._clock()
        settled, askers = self._store.read(look)
        case = settled.case
        hearers, come = self._store.read(
            lambda tx: (
                tx.tellings.hearers(case.id, self._wording.closed(at), told=again),
                tx.tellings.progress(settled.telling) if again else Progress(),
            )
        )
        later = len(self._settling.later(case.id)) if again else 0
        people = sum(each.people for each in hearers)
        return Preview(
            case,
            settled.article,
            people + later,
            self._told(settled, askers, at),
            sum(each.people for each in hearers if each.late),
            tuple(hearers),
            sum(each.people for each in hearers if each.late and each.channel in self._templates),
            settled.telling,
            people + later - come.waiting - come.queued - come.held if again else 0,
            self._refused(settled, askers, at),
        )

    def _refused(self, settled: Settled, askers: Iterable[Asker], at: datetime) -> bool:
        if settled.article is None:
            return False
        texts = list(dict.fromkeys([settled.case.text, *(asker.text for asker in askers)]))[:TEXTS]
        keys = {same.refusal(self._finder.read(as_message(text, at)), settled.article.id) for text in texts}
        cases = self._store.read(lambda tx: tx.cases.find(keys, settled.case.state))
        return settled.case.id in {case.id for case in cases}

    def _told(self, settled: Settled, askers: Iterable[Asker], at: datetime) -> tuple[Told, ...]:
        told: dict[tuple[str, bool, bool], list[Reply]] = {}
        for asker, says in self._sampled(settled, askers, at):
            sure = bool(says.article or not settled.article)
            told.setdefault((says.channel, sure, asker.told), []).append(says.reply)
        shown = [
            Told(channel, sure, self._wording.lowered(replies[0], channel), len(replies), again)
            for (channel, sure, again), replies in told.items()
        ]
        return tuple(sorted(shown, key=lambda each: -each.people))

    def _sampled(self, settled: Settled, askers: Iterable[Asker], at: datetime) -> Iterable[tuple[Asker, Outgoing]]:
        """What they are told, but for those whose words would be one text too many."""
        seen: set[str] = set()
        for asker in askers:
            key = self._wording.key(asker.text, at)
            if key in seen or len(seen) < TEXTS:
                seen.add(key)
                yield asker, self._wording.news(settled, asker, at)

    # ------------------------------------------------------------ after

    def telling(self, case: str) -> tuple[Telling, Progress]:
        """How those who asked are told, and how far that has come; of an open case nothing has. Raises: StoreError."""

        def look(tx: Transaction) -> tuple[Telling, Progress]:
            telling, known = tx.tellings.of(case), tx.cases.get(case)
            is_open = known is not None and known.state is CaseState.OPEN
            return telling, Progress() if is_open else tx.tellings.progress(telling)

        return self._store.read(look)

    # ------------------------------------------------------------ beside a case

    def phrasings(self, case: str) -> list[Phrasing]:
        """In which ways it was asked, masked, most often first. Raises: StoreError."""
        merged: dict[tuple[str, str], Phrasing] = {}
        for each in self._store.read(lambda tx: tx.tellings.phrasings(case, MOST_PHRASINGS)):
            text = _shown(each.text).strip()
            key = " ".join(text.casefold().split()), each.kind.value
            known = merged.get(key, replace(each, text=text, times=0, forwarded=0, frequently=0))
            merged[key] = replace(
                known,
                times=known.times + each.times,
                forwarded=known.forwarded + each.forwarded,
                frequently=known.frequently + each.frequently,
            )
        return sorted(merged.values(), key=lambda each: -each.times)[:PHRASINGS]

    def beside(self, text: str, articles: Sequence[Article]) -> dict[str, Beside]:
        """The question, masked, and each of these claims, by id of the article: what they share and what differs."""
        shown = _shown(text)
        language = self._finder.read(as_message(text, self._clock())).language
        return {article.id: beside(shown, language, article) for article in articles}

    def past(self, case: str) -> list[tuple[Case, Article | None]]:
        """Settled cases that asked nearly the same, and what answered them. Raises: StoreError."""

        def look(tx: Transaction) -> tuple[Case | None, list[Case]]:
            known = tx.cases.get(case)
            if known is None or same.is_file(known.text):
                return None, []
            keys = same.keys(self._finder.read(as_message(known.text, known.opened_at)))
            states = (CaseState.ANSWERED, CaseState.CLOSED)
            near = [each for state in states for each in tx.cases.find(keys, state)]
            latest = [each for state in states for each in tx.cases.list(state, PAST, CaseOrder.LATEST)]
            return known, list({each.id: each for each in [*near, *latest] if each.id != known.id}.values())

        known, cases = self._store.read(look)
        alike = self._alike(known, cases) if known else []
        ids = [id for each in alike for id in each.articles[:1]]
        articles = {each.id: each for each in self._store.read(lambda tx: tx.articles.get(ids))} if ids else {}
        return [(replace(each, text=_shown(each.text)), articles.get(next(iter(each.articles), ""))) for each in alike]

    def _alike(self, known: Case, cases: Sequence[Case]) -> list[Case]:
        """Those that share most of what is rare among all of them, the most alike first."""
        found = alike(self._words(known), {each.id: self._words(each) for each in cases})
        by_id = {each.id: each for each in cases}
        return [by_id[id] for id, share in found.items() if share >= ENOUGH][:ALIKE]

    def _words(self, case: Case) -> frozenset[str]:
        return frozenset(self._finder.read(as_message(case.text[:LENGTH], case.opened_at)).words)


def _out(tx: Transaction, telling: Telling, contacts: Sequence[str]) -> set[str]:
    """Those of them to whom something of this case went out already; the rest of it is called back in time."""
    ids = [id for contact in contacts for id in (*telling.told_before(contact), telling.reply_id(contact))]
    replies = tx.outbox.get_all(ids).values()
    return {each.contact for each in replies if each.attempts or each.platform_id or each.status}


def _shown(text: str) -> str:
    """As much of a question as is shown. Masked first: of half a number nobody could tell that it is one."""
    return masked(text[: 2 * LENGTH])[:LENGTH]
