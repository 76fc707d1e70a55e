"""The desk with much in it: how long each page takes, how many queries it needs, how large it is.

    .venv/bin/python bench/desk.py --folder /var/tmp/desk

The database (about 1.2 GB for a million messages) stays in the folder and is used again; delete the folder to fill
another. A page is asked for `--times` times by somebody who is signed in; the median and the slowest are shown.
A new page is a line in `PAGES`.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Annotated, Any

import httpx2
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlalchemy import event, insert
from sqlalchemy.engine import Engine

if TYPE_CHECKING:
    from sqlalchemy import Table as Rows

    from periksa.app import Periksa

PAGES = [
    ("inbox", "/desk/inbox"),
    ("inbox, second page", "/desk/inbox?after={after}"),
    ("inbox, busiest", "/desk/inbox?order=growing"),
    ("inbox, oldest", "/desk/inbox?order=oldest"),
    ("inbox, growing", "/desk/inbox?growing=1"),
    ("inbox, window closes", "/desk/inbox?closing=1"),
    ("inbox, a tag", "/desk/inbox?tag=bansos"),
    ("inbox, mine", "/desk/inbox?who=ayu"),
    ("inbox, telegram pictures", "/desk/inbox?channel=telegram&kind=picture"),
    ("inbox, search: common words", "/desk/inbox?q=bantuan+tunai"),
    ("inbox, search: one case", "/desk/inbox?q=nomor+77777"),
    ("inbox, search: nothing", "/desk/inbox?q=tidakpernahditanya"),
    ("inbox, answered", "/desk/inbox?state=answered"),
    ("case, asked most", "/desk/cases/case-0"),
    ("case, asked once", "/desk/cases/case-50000"),
    ("same as", "/desk/cases/case-1/same?q=bantuan"),
    ("split, asked most", "/desk/cases/case-0/split"),
    ("team", "/desk/team"),
    ("account", "/desk/account"),
]
"""What it is, and where."""
MS, KB = 300, 100
"""What a page may take, and weigh."""
WORDS = (
    "bantuan tunai pemerintah vaksin polio kabar hoaks video viral dokter rumah sakit bank hadiah undian tautan daftar "
    "presiden menteri gempa banjir harga beras minyak sekolah libur pajak kartu nomor telepon warga desa kota besok"
)
AT_ONCE = 5_000


def main(
    folder: Annotated[Path | None, typer.Option(help="Where the database is kept.")] = None,
    cases: Annotated[int, typer.Option(help="How many.")] = 100_000,
    messages: Annotated[int, typer.Option(help="How many in all of them.")] = 1_000_000,
    times: Annotated[int, typer.Option(help="How often a page is asked for.")] = 9,
) -> None:
    """Fill a database once, and ask for every page."""
    from periksa.app import build
    from periksa.config import Config

    folder = folder or Path(mkdtemp(prefix="periksa-desk-"))
    new = not (folder / "periksa.db").exists()
    with build(Config(data_dir=folder)) as periksa:
        if new:
            fill(periksa, cases, messages)
        periksa.index.rebuild([])
        asyncio.run(ask(periksa, times))


# ---------------------------------------------------------------- the database


def fill(periksa: Periksa, cases: int, messages: int) -> None:
    """Many cases, a few of them asked very often; the latest in the last two days."""
    from periksa.store import schema, schema_cases
    from periksa.store.database import Database

    database, now, chance = Database(periksa.config.database), datetime.now(UTC), random.Random(7)
    sizes = sizes_of(cases, messages)
    with database.writer.begin() as connection:
        people = ({"id": f"c-{number}", "created_at": now, "language": "id"} for number in range(messages // 5))
        put(connection, schema.contacts, people, messages // 5, "people")
        rows = (case_of(number, size, now, chance) for number, size in enumerate(sizes))
        put(connection, schema_cases.cases, rows, cases, "cases")
        keys = (
            {"key": f"text:{number}", "case_id": f"case-{number}", "is_open": number % 4 != 3}
            for number in range(cases)
        )
        put(connection, schema_cases.case_keys, keys, cases, "keys")
        seal = periksa.store._sealing.seal("")  # type: ignore[attr-defined]
        asked = (message_of(*each, now, seal, messages // 5) for each in numbered(sizes))
        put(connection, schema.messages, asked, messages, "messages")
        members = ({"message": f"m-{case}-{at}", "case_id": f"case-{case}"} for case, at in numbered(sizes))
        put(connection, schema_cases.case_messages, members, messages, "members")
    database.close()


def sizes_of(cases: int, messages: int) -> list[int]:
    """How often each was asked: the first most, most of them once."""
    shares = [1 / (rank + 4) for rank in range(cases)]
    left = (messages - cases) / sum(shares)
    sizes = [1 + int(share * left) for share in shares]
    sizes[0] += messages - sum(sizes)
    return sizes


def numbered(sizes: list[int]) -> Iterator[tuple[int, int]]:
    return ((case, at) for case, size in enumerate(sizes) for at in range(size))


def text_of(case: int, at: int = 0) -> str:
    chance = random.Random(case * 31 + at % 3)
    return " ".join([*chance.choices(WORDS.split(), k=25), f"nomor {case}"])


def opened(case: int, now: datetime) -> datetime:
    return now - timedelta(minutes=case % 40_000)


def key_of(case: int) -> dict[str, Any]:
    return {"key": f"text:{case}", "case_id": f"case-{case}", "is_open": case % 4 != 3}


def case_of(case: int, size: int, now: datetime, chance: random.Random) -> dict[str, Any]:
    from periksa.model import Asked, CaseKind, CaseState
    from periksa.model.casework import learned
    from periksa.model.casework import opened as stands
    from periksa.store.schema import row_of

    at = opened(case, now)
    kind = chance.choice([CaseKind.TEXT] * 6 + [CaseKind.PICTURE, CaseKind.LINK])
    standing = stands(Asked(kind, chance.choice(["whatsapp"] * 5 + ["telegram"]), "id", case % 9 == 0), at)
    for number in range(1, min(size, 40)):
        standing = standing.joined(Asked(kind, "whatsapp", "id"), at + (now - at) * number / 40)
    state = [CaseState.OPEN, CaseState.OPEN, CaseState.OPEN, CaseState.ANSWERED][case % 4]
    words = ""
    for number in range(min(size, 3)):
        words = learned(words, text_of(case, number))
    row = row_of(standing) | {"id": f"case-{case}", "text": text_of(case), "opened_at": at, "state": state}
    row |= {"assignee": "ayu" if case % 50 == 0 else "", "tags": ("bansos",) if case % 20 == 1 else ()}
    settled = now if state is CaseState.ANSWERED else None
    row |= {"asked": size, "asked_at": at + (now - at) * min(size - 1, 40) / 41, "articles": (), "settled_at": settled}
    return row | {"settled_by": "ayu" if settled else "", "words_of": f"m-{case}-0", "words": words}


def message_of(case: int, at: int, now: datetime, sealed: bytes, people: int) -> dict[str, Any]:
    from periksa.model import MessageKind

    when = opened(case, now) + timedelta(seconds=at % 3600)
    id = f"m-{case}-{at}"
    row = {
        "id": id,
        "contact": f"c-{(case * 7919 + at * 13) % people}",
        "channel": "whatsapp",
        "kind": MessageKind.TEXT,
    }
    row |= {"sent_at": when, "received_at": when, "text": text_of(case, at), "choice": "", "type": "", "media": None}
    return row | {
        "forwarded": True,
        "frequently_forwarded": at % 9 == 0,
        "mark": id.encode(),
        "platform_id": sealed,
        "refers_to": sealed,
    }


def put(connection: Any, table: Rows, rows: Iterator[dict[str, Any]], total: int, what: str) -> None:
    for _ in track(range(0, total, AT_ONCE), description=f"{what:9}", console=Console(stderr=True)):
        some = list(islice(rows, AT_ONCE))
        if some:
            connection.execute(insert(table), some)


# ---------------------------------------------------------------- the pages


async def ask(periksa: Periksa, times: int) -> None:
    """A table: page, milliseconds, queries, kilobytes."""
    from periksa.model import Role

    invited = periksa.staffing.invite(f"ayu{time.time_ns()}"[-20:], Role.ADMIN, "operator")
    token = periksa.staffing.accept(invited.token, "kuda-baterai-staples-benar").token
    queries: list[str] = []
    event.listen(Engine, "before_cursor_execute", lambda *given: queries.append(given[2]))
    transport = httpx2.ASGITransport(app=periksa.site())
    cookies = {"__Host-periksa-desk": token}
    rows = Table("page", "ms", "slowest", "queries", "kB", "", box=SIMPLE_HEAD)
    async with httpx2.AsyncClient(transport=transport, base_url="https://desk.example", cookies=cookies) as client:
        after = ""
        for name, path in PAGES:
            spans, counts = [], set()
            for _ in range(times):
                queries.clear()
                began = time.perf_counter()
                page = await client.get(path.format(after=after))
                spans.append(1000 * (time.perf_counter() - began))
                counts.add(len(queries))
            after = after or page.text.partition("after=")[2].partition('"')[0]
            weight, median = len(page.content) / 1000, statistics.median(spans)
            well = page.status_code == 200 and median < MS and weight < KB
            count = "–".join(map(str, sorted({min(counts), max(counts)})))
            verdict = "" if well else f"HTTP {page.status_code}" if page.status_code != 200 else "too much"
            rows.add_row(name, f"{median:.0f}", f"{max(spans):.0f}", count, f"{weight:.0f}", verdict)
    Console().print(rows)


if __name__ == "__main__":
    typer.run(main)
