"""Real pages: text found, title and date; ours beside trafilatura alone, and how fast.

    .venv/bin/python bench/pages.py [PAGES] [--rounds 5]

PAGES is a folder with pages and gold.jsonl (file, url, title, content, date); without it ../shared/data/pages. F1 is
over the bag of words: lower case, `\\w+`. Ours is the article's body, off which outlet and
place at its head are taken.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

from periksa.sources import Fetched, Parsed
from periksa.sources.page import Page
from periksa.sources.profiles import shipped
from periksa.sources.site import Site

PAGES = Path(__file__).parents[1].parent / "shared/data/pages"
VISITED = datetime(2016, 3, 1, tzinfo=UTC)


@dataclass
class Read:
    """What was made of a page."""

    title: str
    day: str
    text: str


@dataclass
class Scored:
    precision: float
    recall: float
    title: bool
    day: bool

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def gold(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]


def site_of(url: str) -> Site:
    """The profile with the most particular host."""
    fitting = [site for site in shipped() if site.is_here(url)]
    return max(fitting, key=lambda site: max(map(len, site.hosts)))


def ours(content: bytes, page: dict[str, Any]) -> Read:
    return made(Page().read([Fetched(page["url"], content, VISITED)], site_of(page["url"])))


def without_profile(content: bytes, page: dict[str, Any]) -> Read:
    """As a site is read that nobody has described."""
    host = urlsplit(page["url"]).hostname
    bare = {"name": "bare", "outlet": "?", "hosts": [host], "checked": "not at all", "publishes": "news"}
    site = Site.model_validate({**bare, "start": [{"kind": "links", "url": page["url"]}]})
    return made(Page().read([Fetched(page["url"], content, VISITED)], site))


def made(parsed: Iterator[Parsed]) -> Read:
    article = next(parsed).article
    return Read(article.title, str(article.date), article.body) if article else Read("", "", "")


def trafilatura_alone(content: bytes, page: dict[str, Any]) -> Read:
    from trafilatura import bare_extraction

    found = bare_extraction(content, url=page["url"], with_metadata=True, include_comments=False)
    values = found.as_dict() if found else {}
    return Read(values.get("title") or "", values.get("date") or "", values.get("text") or "")


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def score(read: Read, page: dict[str, Any]) -> Scored:
    found, wanted = words(read.text), words(page["content"])
    common = (found & wanted).total()
    return Scored(
        common / max(found.total(), 1),
        common / max(wanted.total(), 1),
        read.title == page["title"],
        read.day == page["date"][:10],
    )


def scores(folder: Path, reader: Callable[[bytes, dict[str, Any]], Read]) -> Iterator[tuple[str, Scored]]:
    for page in gold(folder):
        yield page["site"], score(reader((folder / page["file"]).read_bytes(), page), page)


def a_second(folder: Path, reader: Callable[[bytes, dict[str, Any]], Read], rounds: int) -> float:
    """Articles a second, one thread: the median round."""
    pages = [((folder / page["file"]).read_bytes(), page) for page in gold(folder)]
    rates = []
    for _ in range(rounds):
        start = time.perf_counter()
        for content, page in pages:
            reader(content, page)
        rates.append(len(pages) / (time.perf_counter() - start))
    return statistics.median(rates)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="?", type=Path, default=PAGES)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    console = Console()
    readers = {"ours": ours, "ours, no profile": without_profile, "trafilatura alone": trafilatura_alone}
    results = {name: dict(scores(given.pages, reader)) for name, reader in readers.items()}
    console.print("P, R, F1, title, date; in this order: " + "; ".join(readers))
    table = Table("site", *("P", "R", "F1", "title", "date") * len(readers))
    for site in results["ours"]:
        cells = [results[name][site] for name in readers]
        table.add_row(
            site,
            *(
                text
                for one in cells
                for text in (
                    f"{one.precision:.3f}", f"{one.recall:.3f}", f"{one.f1:.3f}", "yes" if one.title else "NO",
                    "yes" if one.day else "NO",
                )
            ),
        )  # fmt: skip
    console.print(table)
    for name, reader in readers.items():
        all_of = list(results[name].values())
        f1 = [one.f1 for one in all_of]
        titles, days = sum(one.title for one in all_of), sum(one.day for one in all_of)
        rate = a_second(given.pages, reader, given.rounds)
        console.print(
            f"{name}: mean F1 {statistics.mean(f1):.3f}, lowest {min(f1):.3f}, "
            f"titles {titles} and dates {days} of {len(all_of)}, {rate:.0f} articles a second"
        )


if __name__ == "__main__":
    main()
