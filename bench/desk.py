"""The desk with much in it: how long each page takes, how many queries it needs, how large it is.

    .venv/bin/python bench/desk.py --folder /var/tmp/desk

The database (1.1 GB for a million messages) stays in the folder and is used again; delete the folder to fill
another. A page is asked for `--times` times by an admin who is signed in; of time the median is shown, by the clock and
of the processor, and the slowest. `--only word` asks for the pages with this word in their names.
A new page is a line in `PAGES`.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

import httpx2
import typer
from desk_filling import ANSWERED, SITES, World, fill, is_filled
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from sqlalchemy import event
from sqlalchemy.engine import Engine

from periksa.app import Periksa, build, clock
from periksa.config import Config
from periksa.inbox import Inbox
from periksa.model import Role

HOME, SIGN_IN = "https://desk.example", "/desk/sign-in"
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
    ("inbox, search: five rare words", "/desk/inbox?q=satu+dua77+tiga88+empat99+lima00"),
    ("inbox, answered", "/desk/inbox?state=answered"),
    ("case, asked most", "/desk/cases/case-0"),
    ("case, asked once", "/desk/cases/case-{once}"),
    ("case, answered, asked most", "/desk/cases/case-{answered}"),
    ("statements beside a case", "/desk/cases/case-0/said"),
    ("old cases like it", "/desk/cases/case-0/past"),
    ("progress of telling", "/desk/cases/case-{answered}/progress"),
    ("answer, preview", "/desk/cases/case-0/answer?article=art-0"),
    ("close, preview", "/desk/cases/case-0/close"),
    ("answer otherwise, preview", "/desk/cases/case-{answered}/instead?article=art-0&number=1"),
    ("write, a new draft", "/desk/cases/case-{last}/write"),
    ("same as", "/desk/cases/case-1/same?q=bantuan"),
    ("split, asked most", "/desk/cases/case-0/split"),
    ("own answers", "/desk/writing"),
    ("draft", "/desk/writing/draft-0"),
    ("draft, publish", "/desk/writing/draft-0/publish"),
    ("draft, withdraw", "/desk/writing/draft-2/withdraw"),
    ("library", "/desk/library"),
    ("library, an outlet's rating", "/desk/library?kind=fact-check&outlet=Cek+Desa&rating=NGAWUR"),
    ("library, a filter that fits few", "/desk/library?kind=news&outlet=Cek+Fakta&language=en"),
    ("library, days", "/desk/library?since=2025-01-01&until=2025-06-30"),
    ("library, search", "/desk/library?q=bantuan+tunai+nomor+7777"),
    ("article", "/desk/library/article?id=art-0"),
    ("sources", "/desk/library/sources"),
    ("ratings", "/desk/library/ratings"),
    ("corrections", "/desk/library/corrections"),
    ("correction, told most", "/desk/library/correction?id=art-0"),
    ("groups", "/desk/library/groups"),
    ("statements", "/desk/library/said"),
    ("statements of a speaker", "/desk/library/said?speaker=Menteri+Sri+Lestari+9"),
    ("broadcasts", "/desk/broadcasts"),
    ("broadcast, preview", "/desk/broadcasts/preview?article=art-0"),
    ("broadcast, preview, a topic", "/desk/broadcasts/preview?article=art-0&topic=health"),
    ("post for a channel", "/desk/broadcasts/post?article=art-0"),
    ("numbers, a day", "/desk/numbers?days=1"),
    ("numbers, a week", "/desk/numbers"),
    ("numbers, 90 days", "/desk/numbers?days=90"),
    ("numbers, a table as a file", "/desk/numbers/days.csv?days=90"),
    ("quality", "/desk/quality"),
    ("quality, other floors", "/desk/quality/floors?answer=95&offer=20"),
    ("quality, one to judge", "/desk/quality/samples/{monday}"),
    ("quality, pairs as a file", "/desk/quality/pairs.jsonl"),
    ("team", "/desk/team"),
    ("account", "/desk/account"),
    ("sign in", SIGN_IN),
    ("invitation", "/desk/invitations/{invited}"),
]
"""What it is, and where: every GET of `web/desk/ways.py` but the picture card, which typst makes, not the store, and
the stream of live lists, whose look at the store has a row of its own."""
MS, KB = 300, 100
"""What a page may take of the processor, and weigh."""
WHATSAPP = {"token": "t", "phone_number_id": "1", "app_secret": "s", "verify_token": "v"}


def main(
    folder: Annotated[Path | None, typer.Option(help="Where the database is kept.")] = None,
    cases: Annotated[int, typer.Option(help="How many.")] = 100_000,
    messages: Annotated[int, typer.Option(help="How many in all of them.")] = 1_000_000,
    articles: Annotated[int, typer.Option(help="How many in the library.")] = 100_000,
    times: Annotated[int, typer.Option(help="How often a page is asked for.")] = 9,
    only: Annotated[str, typer.Option(help="Pages with this word in their names.")] = "",
) -> None:
    """Fill a database once, and ask for every page."""
    folder = folder or Path(mkdtemp(prefix="periksa-desk-"))
    config = Config(data_dir=folder, whatsapp=WHATSAPP, sources={"sites": ", ".join(SITES)})  # type: ignore[arg-type]
    rows = Table("page", "ms", "CPU ms", "slowest", "queries", "kB", "", box=SIMPLE_HEAD)
    with build(config) as periksa:
        if not is_filled(periksa):
            fill(periksa, cases, messages, articles)
            periksa.publishing.every(periksa.index.rebuild)
        asyncio.run(ask(Visitor(periksa), times, [page for page in PAGES if only in page[0]], rows))
        look(periksa, times, rows)
    Console(width=110).print(rows)


class Visitor:
    """An admin at the desk, and what a page costs them."""

    def __init__(self, periksa: Periksa) -> None:
        self._cases, staffing = periksa.store.read(lambda tx: sum(tx.cases.counts().values())), periksa.staffing
        link = staffing.invite(f"ayu{time.time_ns()}"[-20:], Role.ADMIN, "operator")
        self._cookies = {"__Host-periksa-desk": staffing.accept(link.token, "kuda-baterai-staples-benar").token}
        self._invited = staffing.invite(f"budi{time.time_ns()}"[-20:], Role.VIEWER, "operator").token
        self._transport = httpx2.ASGITransport(app=periksa.site())
        self._monday = World(periksa, clock(), 1, 1, 1).monday(1)
        self._after = ""
        self.statements = 0
        event.listen(Engine, "before_cursor_execute", self._count)

    def _count(self, *_: object) -> None:
        self.statements += 1

    def path(self, page: str) -> str:
        """An address of `PAGES`, filled in."""
        names = {"answered": ANSWERED, "once": self._cases - 2, "last": self._cases - 1, "monday": self._monday}
        return page.format(after=self._after, invited=self._invited, **names)

    async def get(self, page: str) -> httpx2.Response:
        """The page; `statements` says how many it took. Whoever signs in has no session."""
        cookies = {} if page == SIGN_IN else self._cookies
        async with httpx2.AsyncClient(transport=self._transport, base_url=HOME, cookies=cookies) as client:
            self.statements = 0
            answer = await client.get(self.path(page))
        self._after = self._after or answer.text.partition("after=")[2].partition('"')[0]
        return answer

    def leave(self) -> None:
        """Count no longer."""
        event.remove(Engine, "before_cursor_execute", self._count)


async def ask(visitor: Visitor, times: int, pages: list[tuple[str, str]], rows: Table) -> None:
    """A row for each page."""
    await visitor.get("/desk/inbox")
    for name, path in pages:
        spans, busy, counts = [], [], set()
        for _ in range(times):
            began, worked = time.perf_counter(), time.process_time()
            page = await visitor.get(path)
            spans.append(1000 * (time.perf_counter() - began))
            busy.append(1000 * (time.process_time() - worked))
            counts.add(visitor.statements)
        weight, median, cpu = len(page.content) / 1000, statistics.median(spans), statistics.median(busy)
        well = page.status_code == 200 and cpu < MS and (weight < KB or "file" in name)
        count = "–".join(map(str, sorted({min(counts), max(counts)})))
        verdict = "" if well else "too much" if page.status_code == 200 else f"HTTP {page.status_code}"
        rows.add_row(name, f"{median:.0f}", f"{cpu:.0f}", f"{max(spans):.0f}", count, f"{weight:.0f}", verdict)


def look(periksa: Periksa, times: int, rows: Table) -> None:
    """What every second is looked up for all lists that are open."""
    inbox, spans = Inbox(periksa.store, clock, {}), []
    for _ in range(times):
        began = time.perf_counter()
        inbox.pulse()
        spans.append(1000 * (time.perf_counter() - began))
    rows.add_row("live lists, a look", f"{statistics.median(spans):.1f}", "", f"{max(spans):.0f}", "2", "", "")


if __name__ == "__main__":
    typer.run(main)
