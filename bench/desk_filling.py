"""What `bench/desk.py` fills a database with: as much as a busy tipline has after a year, and nothing of anybody's."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import track
from sqlalchemy import insert, select

from periksa.answers.orders import EVERYTHING
from periksa.model import (
    ActKind,
    ArticleKind,
    Asked,
    Cadence,
    CaseKind,
    CaseState,
    Figure,
    MessageKind,
    Purpose,
    Reply,
    Says,
    SpotKind,
    Statement,
    StatusKind,
    speaker_key,
)
from periksa.model.casework import learned
from periksa.model.casework import opened as stands
from periksa.model.numbers import hour_of
from periksa.numbers import BY_DAY
from periksa.store import (
    schema,
    schema_campaigns,
    schema_cases,
    schema_casework,
    schema_changes,
    schema_numbers,
    schema_tellings,
    schema_visits,
)
from periksa.store.database import Database
from periksa.store.schema import row_of

if TYPE_CHECKING:
    from sqlalchemy import Table as Rows
    from sqlalchemy.engine import Connection

    from periksa.app import Periksa

WORDS = (
    "bantuan tunai pemerintah vaksin polio kabar hoaks video viral dokter rumah sakit bank hadiah undian tautan daftar "
    "presiden menteri gempa banjir harga beras minyak sekolah libur pajak kartu nomor telepon warga desa kota besok"
)
SYLLABLES = tuple(f"{sound}{vowel}" for vowel in "aiu" for sound in "bcdgjklmnprstwy")
OUTLETS = tuple(f"Cek {name}" for name in ("Fakta", "Kabar", "Nusantara", "Warga", "Media", "Pagi", "Kota", "Desa"))
RATINGS = ("SALAH", "HOAKS", "MENYESATKAN", "BENAR", "SEBAGIAN BENAR", "NGAWUR", "TIPU DAYA")
"""The last two are words that nobody has mapped."""
SITES = ("antara", "detik", "kompas", "liputan6", "tempo", "turnbackhoax")
TOPICS = ("", "health", "politics", "scams", "disasters")
AT_ONCE = 5_000
ANSWERED = 3
"""The number of the case that was asked most among the answered ones."""
HOURS = 200 * 24
"""For so long there are tallies."""


def fill(periksa: Periksa, cases: int, messages: int, articles: int) -> None:
    """Many cases, a few of them asked very often, the latest in the last days; a library, and what was told of it."""
    database = Database(periksa.config.database)
    world = World(periksa, datetime.now(UTC), cases, messages, articles)
    with database.writer.begin() as connection:
        for table, what, rows in world.rows():
            put(connection, table, what, rows)
    database.close()


def put(connection: Connection, table: Rows, what: str, rows: Iterable[dict[str, Any]]) -> None:
    rest = iter(rows)
    batches = iter(lambda: list(islice(rest, AT_ONCE)), [])
    console = Console(stderr=True)
    for some in track(batches, description=f"{what:12}", console=console, disable=not console.is_terminal):
        connection.execute(insert(table), some)


def text_of(case: int, at: int = 0) -> str:
    """The words of a question; each case has three ways of asking."""
    chance = random.Random(case * 31 + at % 3)
    return " ".join([*chance.choices(WORDS.split(), k=25), f"nomor {case}"])


def prose(chance: random.Random, words: int) -> str:
    """Of a language with as many words as a real one: few are frequent."""
    made = ((int(chance.paretovariate(0.9)) * 7919) % 20_000 for _ in range(words))
    size = len(SYLLABLES)
    return " ".join(SYLLABLES[n % size] + SYLLABLES[n // size % size] + SYLLABLES[n // size**2 % size] for n in made)


class World:
    """Rows, table by table, the same each time but for the time it is."""

    def __init__(self, periksa: Periksa, now: datetime, cases: int, messages: int, articles: int) -> None:
        self._seal = periksa.store._sealing.seal("")  # type: ignore[attr-defined]
        self._now = now
        self._sizes = sizes_of(cases, messages)
        self._people = messages // 5
        self._articles = articles
        self._asked = messages

    def rows(self) -> Iterator[tuple[Rows, str, Iterable[dict[str, Any]]]]:
        """In an order that no table refers forward in."""
        pairs = [(case, at) for case, size in enumerate(self._sizes) for at in range(size)]
        numbers = range(len(self._sizes))
        yield schema.contacts, "people", self._contacts()
        yield schema.windows, "windows", self._windows()
        yield schema.subscriptions, "followers", self._subscriptions()
        yield schema_cases.cases, "cases", self._cases()
        keys = ({"key": f"text:{n}", "case_id": f"case-{n}", "is_open": n % 4 != ANSWERED} for n in numbers)
        yield schema_cases.case_keys, "keys", keys
        yield schema.messages, "messages", (self._message(*each) for each in pairs)
        yield schema_cases.case_messages, "members", (self._member(*each) for each in pairs)
        yield schema_casework.case_acts, "acts", self._acts()
        yield schema_tellings.drafts, "drafts", (self._draft(n) for n in range(min(300, len(self._sizes) - 1)))
        yield schema.articles, "articles", (self._article(n) for n in range(self._articles))
        yield schema.statements, "statements", self._said()
        yield schema_changes.withdrawals, "withdrawn", self._withdrawn()
        yield schema.outbox, "outbox", self._outbox()
        yield schema_campaigns.campaigns, "campaigns", (self._campaign(n) for n in range(60))
        yield schema_numbers.outcomes, "outcomes", (self._outcome(n) for n in range(self._asked // 4))
        yield schema.feedback, "feedback", (self._opinion(n) for n in range(0, self._asked // 4, 20))
        yield schema_numbers.tallies, "tallies", self._tallies()
        yield schema_numbers.tally_notes, "notes", self._notes()
        yield schema_numbers.samples, "samples", self._samples()
        yield schema_numbers.verdicts, "verdicts", self._verdicts()
        yield schema_visits.visits, "visits", (self._visit(site) for site in SITES)
        yield schema_visits.spots, "spots", (self._spot(n) for n in range(self._articles))
        yield schema_visits.troubles, "troubles", (self._trouble(n) for n in range(self._articles // 50))

    def ago(self, **given: float) -> datetime:
        return self._now - timedelta(**given)

    def opened(self, case: int) -> datetime:
        return self.ago(minutes=case % 40_000)

    def monday(self, weeks: int) -> date:
        return self._now.date() - timedelta(days=self._now.weekday() + 7 * weeks)

    # ------------------------------------------------------------ people and what they ask

    def _contacts(self) -> Iterator[dict[str, Any]]:
        for n in range(self._people):
            yield {"id": f"c-{n}", "created_at": self._now, "language": "en" if n % 9 == 0 else "id"}

    def _windows(self) -> Iterator[dict[str, Any]]:
        for n in range(self._people):
            yield {"contact": f"c-{n}", "channel": "whatsapp", "wrote_at": self.ago(minutes=n % 4000), "gone_at": None}

    def _subscriptions(self) -> Iterator[dict[str, Any]]:
        for n in range(self._people // 10):
            topic = TOPICS[n % len(TOPICS)] or EVERYTHING
            yield {
                "contact": f"c-{n}",
                "channel": "whatsapp",
                "topic": topic,
                "cadence": Cadence.WEEKLY if n % 3 else Cadence.DAILY,
                "since": self._now,
            }

    def _cases(self) -> Iterator[dict[str, Any]]:
        chance = random.Random(7)
        for number, size in enumerate(self._sizes):
            yield self._case(number, size, chance)

    def _case(self, case: int, size: int, chance: random.Random) -> dict[str, Any]:
        at, now = self.opened(case), self._now
        kind = chance.choice([CaseKind.TEXT] * 6 + [CaseKind.PICTURE, CaseKind.LINK])
        standing = stands(Asked(kind, chance.choice(["whatsapp"] * 5 + ["telegram"]), "id", case % 9 == 0), at)
        for number in range(1, min(size, 40)):
            standing = standing.joined(Asked(kind, "whatsapp", "id"), at + (now - at) * number / 40)
        words = ""
        for number in range(min(size, 3)):
            words = learned(words, text_of(case, number))
        answered = case % 4 == ANSWERED
        row = row_of(standing) | {"id": f"case-{case}", "text": text_of(case), "opened_at": at}
        row |= {"assignee": "ayu" if case % 50 == 0 else "", "tags": ("bansos",) if case % 20 == 1 else ()}
        row |= {"asked": size, "asked_at": at + (now - at) * min(size - 1, 40) / 41, "words_of": f"m-{case}-0"}
        row |= {"state": CaseState.ANSWERED if answered else CaseState.OPEN, "settled_at": now if answered else None}
        told = (f"art-{4 * case % self._articles}",) if answered else ()
        return row | {"settled_by": "ayu" if answered else "", "articles": told, "words": words}

    def _message(self, case: int, at: int) -> dict[str, Any]:
        id, when = f"m-{case}-{at}", self.opened(case) + timedelta(seconds=at % 3600)
        row = {"id": id, "contact": self._whose(case, at), "channel": "whatsapp", "kind": MessageKind.TEXT}
        row |= {"sent_at": when, "received_at": when, "text": text_of(case, at), "choice": "", "type": ""}
        row |= {"media": None, "forwarded": True, "frequently_forwarded": at % 9 == 0, "mark": id.encode()}
        return row | {"platform_id": self._seal, "refers_to": self._seal}

    def _whose(self, case: int, at: int) -> str:
        return f"c-{(case * 7919 + at * 13) % self._people}"

    def _member(self, case: int, at: int) -> dict[str, Any]:
        return {
            "message": f"m-{case}-{at}",
            "case_id": f"case-{case}",
            "told_at": self._now if case == ANSWERED else None,
        }

    def _acts(self) -> Iterator[dict[str, Any]]:
        for n in range(2000):
            case = 0 if n < 150 else n
            yield {
                "id": f"act-{n}",
                "what": ActKind.TAGGED,
                "case": f"case-{case}",
                "by": "ayu",
                "at": self.ago(minutes=n),
                "before": {"tags": ()},
                "after": {"tags": ("bansos",)},
                "other": "",
                "undone_by": "",
            }

    def _draft(self, n: int) -> dict[str, Any]:
        out = n % 3 == 2
        row = {"id": f"draft-{n}", "case": f"case-{n}", "claim": text_of(n), "rating": "SALAH", "by": "ayu"}
        row |= {"reason": prose(random.Random(n), 60), "sources": (f"https://sumber.example/{n}",), "language": "id"}
        return row | {"changed_at": self.ago(hours=n), "published_at": self.ago(hours=n) if out else None}

    # ------------------------------------------------------------ the library, and what was told of it

    def _article(self, n: int) -> dict[str, Any]:
        """Four checks in a row examine one claim, and what somebody asked; one in five is news."""
        chance, news = random.Random(n), n % 5 == 4
        claim = " ".join([*text_of(n // 4).split()[:12], prose(random.Random(n // 4), 5), f"nomor {n // 4}"])
        added = self.ago(days=n % 900 + 1)
        row = {"id": f"art-{n}", "kind": ArticleKind.NEWS if news else ArticleKind.FACT_CHECK, "language": "id"}
        row |= {"title": prose(chance, 9).capitalize(), "outlet": OUTLETS[n % 8], "place": "", "fingerprint": str(n)}
        row |= {"url": f"https://cek.example/{n}", "date": added.date(), "claim": "" if news else claim}
        row |= {"rating": "" if news else RATINGS[n % len(RATINGS)], "summary": prose(chance, 40)}
        row |= {"body": prose(chance, 150), "statements": [self._statement(n)] if news else []}
        return row | {"added_at": added, "changed_at": self._now if n % 100 == 0 else added}

    def _statement(self, n: int) -> Any:
        return Statement(f"Menteri Sri Lestari {n % 500}", text_of(n), date=self.ago(days=n % 900).date())

    def _said(self) -> Iterator[dict[str, Any]]:
        for n in range(4, self._articles, 5):
            said = self._statement(n)
            yield {"article": f"art-{n}", "number": 0, "speaker": speaker_key(said.speaker), "day": said.date}

    def _withdrawn(self) -> Iterator[dict[str, Any]]:
        for n in range(self._articles, self._articles + 500):
            yield {"article": f"art-{n}", "at": self.ago(hours=n % 500)}

    def _outbox(self) -> Iterator[dict[str, Any]]:
        """Answers, the first check told most; some put right; broadcasts; and whoever asked the answered case."""
        chance = random.Random(11)
        for n in range(self._asked // 4):
            of = n % 500 + self._articles if n % 50 == 1 else int(chance.paretovariate(0.6)) % self._articles
            of = of // 2 * 2 if n % 50 != 1 else of
            yield self._reply(f"r-{n}", f"c-{n % self._people}", Purpose.ANSWER, f"art-{of}", f"m-{n % 400}-0")
        for n in range(0, self._asked // 4, 60):
            yield self._reply(f"c-r-{n}", f"c-{n % self._people}", Purpose.FOLLOW_UP, "art-0", "")
        for n in range(self._asked // 20):
            campaign = f"{EVERYTHING} art-{n % 60}"
            yield self._reply(f"b-{n}", f"c-{n % self._people}", Purpose.BROADCAST, f"art-{n % 60}", "", campaign)
        who = dict.fromkeys(self._whose(ANSWERED, at) for at in range(self._sizes[ANSWERED]))
        for contact in who:
            id, campaign = f"f-case-{ANSWERED}-{contact}", f"case case-{ANSWERED} 1"
            yield self._reply(id, contact, Purpose.FOLLOW_UP, f"art-{4 * ANSWERED}", f"m-{ANSWERED}-0", campaign)

    def _reply(self, id: str, contact: str, why: Any, article: str, message: str, campaign: str = "") -> dict[str, Any]:
        said = f"*SALAH*, menurut Cek Fakta\n\nKlaim: {article}\n\nhttps://cek.example/{article}"
        row = {"id": id, "contact": contact, "channel": "whatsapp", "reply": Reply(said), "message": message}
        row |= {"created_at": self._now, "status": StatusKind.READ, "attempts": 1, "attempted_at": None, "code": None}
        row |= {"purpose": why, "campaign": campaign, "held_at": None, "article": article, "mark": id.encode()}
        return row | {"platform_id": self._seal, "refers_to": self._seal}

    def _campaign(self, n: int) -> dict[str, Any]:
        at, waits = self.ago(hours=n), n < 5
        row = {
            "id": f"{EVERYTHING} art-{n}",
            "article": f"art-{n - n % 5}",
            "topic": TOPICS[n % len(TOPICS)],
            "by": "ayu",
        }
        row |= {"made_at": at, "due_at": self._now + timedelta(days=300) if waits else None, "stopped_at": None}
        return row | {"began_at": None if waits else at, "ended_at": None if waits else at, "stopped_by": ""}

    # ------------------------------------------------------------ what is counted and judged

    def _outcome(self, n: int) -> dict[str, Any]:
        kind = (Figure.ANSWERED, Figure.ANSWERED, Figure.OFFERED, Figure.HANDED_OVER)[n % 4]
        at, offered = self.ago(seconds=20 * n), kind is Figure.OFFERED
        row = {"reply": f"r-{n}", "message": f"m-{n % 400}-0", "received_at": at, "at": at, "channel": "whatsapp"}
        row |= {"language": "id", "kind": kind, "why": "sure", "score": (n % 97) / 100, "picked": ""}
        first = n // 4 * 5 % self._articles
        return row | {"articles": tuple(f"art-{first + k}" for k in range(3 if offered else 1))}

    def _opinion(self, n: int) -> dict[str, Any]:
        row = {"reply": f"r-{n}", "contact": f"c-{n % self._people}", "helpful": n % 3 > 0, "source": "button"}
        return row | {"at": self.ago(minutes=n)}

    def _tallies(self) -> Iterator[dict[str, Any]]:
        """Hour by hour, by channel and language; every day two hundred checks told, and spans of time."""
        last = hour_of(self._now) - 3
        hourly = [figure for figure in Figure if figure not in BY_DAY]
        for hour in range(last - HOURS, last):
            for figure in hourly:
                for channel, language in (("whatsapp", "id"), ("whatsapp", "en"), ("telegram", "id")):
                    yield _tally(figure, hour, "", channel, language, 1 + hour % 17)
            if (hour + 7) % 24 == 0:
                yield from (
                    _tally(Figure.TOLD, hour, f"art-{(hour + 2 * n) % 2000}", "", "", 1 + n) for n in range(200)
                )
                for figure in (Figure.REPLY, Figure.LATER):
                    yield from (_tally(figure, hour, f"{n:03}", "whatsapp", "", 3 + n % 5) for n in range(60))

    def _notes(self) -> Iterator[dict[str, Any]]:
        """What nobody has folded yet: three hours of a busy day."""
        for n in range(9000):
            hour = hour_of(self._now) - n % 3
            yield _tally(Figure.ANSWERED, hour, "", "whatsapp", "id", 1)
            yield _tally(Figure.REPLY, hour, f"{n % 20:03}", "whatsapp", "", 1)
            yield _tally(Figure.TOLD, hour, f"art-{n % 400}", "", "", 1)

    def _samples(self) -> Iterator[dict[str, Any]]:
        for week, place, reply in self._places():
            yield {"week": self.monday(week), "place": place, "reply": reply, "out_of": 20_000}

    def _verdicts(self) -> Iterator[dict[str, Any]]:
        for week, place, reply in self._places():
            if week > 1:
                for by in ("budi", "sari"):
                    says = Says.WRONG if place % 11 == 0 else Says.RIGHT
                    yield {"reply": reply, "by": by, "says": says, "at": self._now}

    def _places(self) -> Iterator[tuple[int, int, str]]:
        """Eight weeks of answers, each in one sample."""
        size = max(1, min(100, self._asked // 16 // 8))
        return ((week, at + 1, f"r-{4 * (size * (week - 1) + at)}") for week in range(1, 9) for at in range(size))

    # ------------------------------------------------------------ sources

    def _visit(self, site: str) -> dict[str, Any]:
        row = {"site": site, "first_at": self.ago(days=90), "last_at": self.ago(minutes=9), "held_until": None}
        row |= {"next_at": self._now, "expected": 9.0, "requests": 20, "bytes": 90_000, "reached": True}
        return row | dict.fromkeys(("listed", "new", "changed", "gone"), 3)

    def _spot(self, n: int) -> dict[str, Any]:
        at = self.ago(minutes=n)
        row = {"site": SITES[n % len(SITES)], "key": f"/{n}", "url": f"https://cek.example/{n}", "form": ""}
        row |= {"kind": SpotKind.ARTICLE, "first_at": at, "seen_at": at, "fetched_at": at, "changed": None}
        row |= {"due_at": at if n % 30 == 0 else None, "date": at.date(), "etag": "", "last_modified": ""}
        return row | {"quiet": 0, "failures": 0, "gone_at": None, "carried": False, "articles": (f"art-{n}",)}

    def _trouble(self, n: int) -> dict[str, Any]:
        at = self.ago(minutes=n)
        row = {"site": SITES[n % len(SITES)], "key": f"/{n}", "where": f"https://cek.example/{n}", "field": "date"}
        return row | {"what": "is missing", "first_at": at, "last_at": at, "count": 1 + n % 9}


def sizes_of(cases: int, messages: int) -> list[int]:
    """How often each was asked: the first most, most of them once."""
    shares = [1 / (rank + 4) for rank in range(cases)]
    left = (messages - cases) / sum(shares)
    sizes = [1 + int(share * left) for share in shares]
    sizes[0] += messages - sum(sizes)
    return sizes


def is_filled(periksa: Periksa) -> bool:
    """Whether there is anything in it."""
    database = Database(periksa.config.database)
    with database.readers.connect() as connection:
        found = connection.execute(select(schema_visits.troubles.c.key).limit(1)).first()
    database.close()
    return found is not None


def _tally(figure: Any, hour: int, part: str, channel: str, language: str, count: int) -> dict[str, Any]:
    return {"figure": figure, "hour": hour, "part": part, "channel": channel, "language": language, "count": count}
