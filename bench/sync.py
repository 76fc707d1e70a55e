"""Visits and imports: how fast a site fills the library, what a second visit costs, and 100,000 articles from a file.

    .venv/bin/python bench/sync.py [--articles 2000] [--imported 100000]

The site is invented: a process of its own serves a sitemap index, WordPress, a feed and pages of about 3 kB on this
machine. Between two requests nothing is waited for, so what is measured is our work and not our politeness: a real site
is asked once in five seconds. The processor's time is ours, without that of the box in which pages are parsed. Every
step runs in a process of its own; peak memory is the most that had.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

HOUSE = Path(__file__).parents[1]
sys.path.insert(0, str(HOUSE))
PER_MAP = 1000
PER_PAGE = 100
FURNITURE = (
    "<div class='samping'><a href='/topik/{0}'>Topik nomor {0}</a><p>Langganan buletin kami setiap pagi.</p></div>"
)
PLACES = ["Randu", "Kahayan", "Suramadu", "Cirata", "Wonogiri", "Karangkates", "Jatiluhur", "Sutami"]
THINGS = ["bendungan", "jembatan", "pasar", "pelabuhan", "sekolah", "puskesmas", "stasiun", "bandara"]
VERBS = ["diisi", "dibuka", "ditutup", "diperbaiki", "diuji", "diresmikan", "dipindahkan", "dirawat"]
PEOPLE = ["Sari Lestari", "Budi Santoso", "Dewi Anggraini", "Agus Wijaya", "Rina Marlina", "Joko Susilo"]


# ---------------------------------------------------------------- texts that nobody wrote


def title(number: int) -> str:
    chance = random.Random(number)
    thing, place, verb = chance.choice(THINGS), chance.choice(PLACES), chance.choice(VERBS)
    return f"{thing.title()} {place} nomor {number} {verb} {chance.randrange(2, 90)} hari lagi"


def paragraphs(number: int) -> Iterator[str]:
    chance = random.Random(number)
    for _ in range(10):
        thing, place, verb = chance.choice(THINGS), chance.choice(PLACES), chance.choice(VERBS)
        who, count = chance.choice(PEOPLE), chance.randrange(2, 900)
        yield (
            f'"{thing.title()} {place} akan {verb} setelah {count} kali pengujian," kata {who}, kepala balai. '
            f"Sebanyak {count} warga di sekitar {thing} itu sudah diberi tahu sejak pekan lalu."
        )


def record(number: int) -> dict[str, Any]:
    day = f"202{number % 6}-{number % 12 + 1:02}-{number % 28 + 1:02}"
    text = {"title": title(number), "outlet": "Kabarkini", "date": day, "url": f"https://kabarkini.example/{number}"}
    if number % 5:
        return {"kind": "news", "text": "\n\n".join(paragraphs(number)), **text}
    return {
        "kind": "fact-check",
        "claim": title(number),
        "rating": "SALAH",
        "body": "\n\n".join(paragraphs(number)),
        **text,
    }


# ---------------------------------------------------------------- the site


def serve(articles: int) -> None:
    """Until the other side hangs up; a line on standard input is answered with what was asked since the last."""
    from tests.publisher_server import Asked, PublisherServer, page, wordpress

    with PublisherServer() as site:
        url = site.url

        def article(number: int) -> Any:
            text = "".join(f"<p>{one}</p>{FURNITURE.format(number)}" for one in paragraphs(number))
            dated = "<meta property='article:published_time' content='2026-02-28T09:00:00+07:00'>"
            head = f"<title>{title(number)}</title>{dated}"
            return page(
                f"<html><head>{head}</head><body><h1>{title(number)}</h1><div class='isi'>{text}</div></body></html>",
                etag=f'"{number}"',
            )

        def post(number: int) -> dict[str, Any]:
            content = "".join(f"<p>{one}</p>" for one in paragraphs(number))
            at = f"2026-02-{number % 28 + 1:02}T{number % 24:02}:00:00"
            told = {"id": number, "link": f"{url}/cek/{number}", "date": at, "modified_gmt": at, "status": "publish"}
            return {**told, "title": {"rendered": title(number)}, "content": {"rendered": content}}

        maps = range(0, articles, PER_MAP)
        index = "".join(
            f"<sitemap><loc>{url}/peta-{n}.xml</loc><lastmod>2026-02-28T00:00:00Z</lastmod></sitemap>" for n in maps
        )
        site.routes["/peta.xml"] = page(f"<sitemapindex>{index}</sitemapindex>", "application/xml", etag='"peta"')
        for n in maps:
            entries = "".join(f"<url><loc>{url}/baca/{i}</loc></url>" for i in range(n, min(n + PER_MAP, articles)))
            site.routes[f"/peta-{n}.xml"] = page(f"<urlset>{entries}</urlset>", "application/xml", etag=f'"peta-{n}"')
        items = "".join(f"<item><title>B</title><link>{url}/baca/{i}</link></item>" for i in range(min(50, articles)))
        feed = f"<rss version='2.0'><channel><title>K</title>{items}</channel></rss>"
        site.routes["/rss"] = page(feed, "application/rss+xml", etag='"rss"')
        site.routes["/wp-json/wp/v2/posts"] = wordpress([post(number) for number in range(articles)])
        site.routes.update({f"/baca/{number}": article(number) for number in range(articles)})
        print(url, flush=True)
        for _ in sys.stdin:
            asked: list[Asked] = list(site.asked)
            site.asked.clear()
            print(len(asked), flush=True)


class Publisher:
    def __init__(self, articles: int) -> None:
        words = [sys.executable, __file__, "--step", "serve", "--articles", str(articles)]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.url = self._process.stdout.readline().strip()

    def asked(self) -> int:
        """Requests since this was asked last, robots.txt included."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("?\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


# ---------------------------------------------------------------- the steps


def visit(kind: str, articles: int, folder: Path) -> list[dict[str, Any]]:
    """A first visit, and a second one in which nothing is new."""
    from datetime import timedelta

    from periksa import app
    from periksa.config import Config
    from periksa.ingest import keeping, withdraw
    from periksa.pages.fetcher import Fetcher
    from periksa.sources.site import Site
    from periksa.visiting import Kit, Visiting

    site = Publisher(articles)
    address = {"sitemap": "/peta.xml", "feed": "/rss", "wordpress": f"/wp-json/wp/v2/posts?per_page={PER_PAGE}"}[kind]
    profile = {
        "name": "kabarkini",
        "outlet": "Kabarkini",
        "hosts": ["127.0.0.1"],
        "checked": "invented for this",
        "publishes": "news",
    }
    more = {"articles": ["/baca/", "/cek/"], "page": {"body": ["div.isi"], "remove": ["div.samping"]}}
    start = {"start": [{"kind": kind, "url": f"{site.url}{address}"}]}
    found: list[dict[str, Any]] = []
    with app.build(Config(data_dir=folder)) as periksa:
        allowed = [("127.0.0.1", int(site.url.rpartition(":")[2]))]
        kit = Kit(
            periksa.store, Fetcher(app.clock, allowed=allowed), app.clock, keeping, withdraw, sleep=lambda _: None
        )
        visiting = Visiting(kit, [Site.model_validate({**profile, **more, **start})], timedelta(minutes=30))
        for what in ("first", "second"):
            with timed(f"{kind}, {what} visit", 0, found) as done:
                total = visiting.leg(visiting.sites["kabarkini"], starts=True)
                while total and total.waiting and not total.tired:
                    total.add(visiting.leg(visiting.sites["kabarkini"], starts=False) or total)
                assert total
                done |= {"new": total.new, "bytes": total.bytes, "troubles": len(total.troubles)}
            done["requests"] = site.asked()
        visiting.close()
    site.close()
    return found


def bring(imported: int, folder: Path) -> list[dict[str, Any]]:
    """Articles from a file: read, attributed, stored; the same again; then indexed by words."""
    from periksa import app
    from periksa.config import Config, ModelsSettings

    file = folder / "library.jsonl"
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(record(number), ensure_ascii=False) + "\n" for number in range(imported))
    size = file.stat().st_size
    found: list[dict[str, Any]] = []
    with app.build(Config(data_dir=folder, models=ModelsSettings(use="none"))) as periksa:
        with timed("import", size, found) as done:
            done["new"] = periksa.ingest.import_file(file, lambda _: None).new_or_changed
        with timed("import again, unchanged", size, found) as done:
            again = periksa.ingest.import_file(file, lambda _: None)
            assert not again.new_or_changed
            done |= {"new": 0, "same": again.unchanged}
        with timed("index built anew", size, found) as done:
            done["new"] = periksa.ingest.reindex(lambda _: None)
    return found


@contextmanager
def timed(what: str, size: int, found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """By the clock on the wall, and by the processor: that one is no slower where others are at work."""
    done: dict[str, Any] = {"what": what, "bytes": size}
    begun, used = time.perf_counter(), time.process_time()
    yield done
    done |= {"seconds": time.perf_counter() - begun, "processor": time.process_time() - used, "peak": peak()}
    found.append(done)


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


# ---------------------------------------------------------------- the run


def apart(step: str, given: argparse.Namespace) -> list[dict[str, Any]]:
    """One step in a process and a folder of its own; what it prints last is its result."""
    words = ["--step", step, "--articles", str(given.articles), "--imported", str(given.imported)]
    done = subprocess.run([sys.executable, __file__, *words], stdout=subprocess.PIPE, text=True, check=True)
    result: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return result


def show(found: list[dict[str, Any]]) -> None:
    table = Table("", "articles", "seconds", "of processor", "a second", "requests", "MB read", "problems", "peak MB")
    for each in found:
        done = each["new"] or each.get("same", 0)
        rate = f"{done / each['seconds']:,.0f}" if done else ""
        times = (f"{each['seconds']:.2f}", f"{each['processor']:.2f}", rate)
        told = (f"{each['new']:,}", *times, f"{each.get('requests', '')}", f"{each['bytes'] / 1e6:.2f}")
        table.add_row(each["what"], *told, f"{each.get('troubles', '')}", f"{each['peak'] / 1e6:.0f}")
    Console(width=max(110, Console().width)).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--imported", type=int, default=100_000)
    parser.add_argument("--step", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step == "serve":
        serve(given.articles)
        return
    if given.step:
        with tempfile.TemporaryDirectory(prefix="periksa-sync-") as name:
            folder = Path(name)
            done = (
                bring(given.imported, folder) if given.step == "import" else visit(given.step, given.articles, folder)
            )
        print(json.dumps(done))
        return
    steps = ["sitemap", "wordpress", "feed", *(["import"] if given.imported else [])]
    show([each for step in steps for each in apart(step, given)])


if __name__ == "__main__":
    main()
