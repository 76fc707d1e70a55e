"""A site's profile tried on pages that were saved: what a visit would read out of them, and by which rule what is left
out. Nothing is fetched or kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from periksa.cli.screen import screen
from periksa.errors import ConfigError, InputError, SourceError

if TYPE_CHECKING:
    from rich.text import Text

    from periksa.model import Article
    from periksa.pages.box import Box
    from periksa.sources import Fetched, Parsed
    from periksa.sources.site import Site
    from periksa.sources.story import LeftOut

IS_HTML = re.compile(rb"<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
FIELDS = ("kind", "title", "date", "rating", "claim", "summary", "place")
"""What of an article is shown beside its text, in this order."""
NOTHING = "–"


def tried(name: str, folder: Path, files: Sequence[Path]) -> bool:
    """Show what this profile (its name, or its file) reads out of each page; whether each gave an article.

    Raises: ConfigError (the profile), InputError (a file that is no page).
    """
    from periksa.pages.box import Box

    site = _profile(name, folder)
    with Box() as box:
        read = [_tried(box, site, file) for file in files]
    return all(read)


def _profile(name: str, folder: Path) -> Site:
    from periksa.sources.profiles import ENDING, profile, text_of

    if not name.endswith(ENDING):
        return profile(f"{name}{ENDING}", text_of(name, folder))
    file = Path(name)
    try:
        return profile(file.name, file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} cannot be read as UTF-8 text: {error}.") from error


def _tried(box: Box, site: Site, file: Path) -> bool:
    from periksa.sources.page import Page

    page, notes = _saved(box, site, file)
    out = screen()
    out.print(str(file), style="bold", soft_wrap=True)
    try:
        parsed: list[Parsed] = list(box.run(Page.read, Page(), [page], site, where=page.url))
        cut: list[LeftOut] = list(box.run(Page.left_out, Page(), [page], site, where=page.url))
    except SourceError as error:
        out.print(f"  {error}\n", soft_wrap=True)
        return False
    articles = [each.article for each in parsed if each.article]
    if any(each.withdrawn for each in parsed):
        notes.append("its publisher took it back: a visit would drop it from the library")
    notes += [f"{problem.field} {problem.what}".strip() for each in parsed for problem in each.problems]
    for line in _shown(page.url, articles, cut, notes):
        out.print(line, soft_wrap=True)
    return bool(articles)


def _saved(box: Box, site: Site, file: Path) -> tuple[Fetched, list[str]]:
    """The page as a visit would have it, and what is worth a word about its address. Raises: InputError."""
    from periksa.sources import Fetched
    from periksa.sources.page import Page

    try:
        content, at = file.read_bytes(), datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}.") from error
    if content.startswith((b"From:", b"MIME-Version:")) or not IS_HTML.search(content):
        raise InputError(f'{file} is no page of HTML; save it in the browser as "web page, HTML only".')
    page = Fetched(f"https://{site.hosts[0]}/{file.name}", content, at)
    named = box.run(Page.own_address, Page(), page, where=str(file))
    if url := next(filter(site.is_here, named), ""):
        passed = "a visit would pass by this address: see articles and skip in the profile"
        return Fetched(url, content, at), [] if site.wants(url) else [passed]
    return page, [f"it names no address of {', '.join(site.hosts)}: what the profile says of addresses was not tried"]


def _shown(url: str, articles: Sequence[Article], cut: Sequence[LeftOut], notes: Sequence[str]) -> Iterator[Text]:
    from rich.text import Text

    yield _field("address", url)
    for article in articles:
        yield from (_field(name, getattr(article, name)) for name in FIELDS)
        yield Text("  text", "dim")
        yield from (Text(f"    {line}") for line in article.body.split("\n") if line)
    if cut:
        yield Text("  left out", "dim")
    for each in cut:
        yield Text.assemble(f"    {each.line}", (f"\n      {each.rule}", "dim"))
        if each.kept:
            yield Text.assemble(("      kept: ", "dim"), each.kept)
    yield from (Text.assemble(("  note     ", "dim"), note) for note in notes)
    yield Text("" if articles else "  No article was read out of it.\n")


def _field(name: str, value: object) -> Text:
    from rich.text import Text

    return Text.assemble((f"  {name:<9}", "dim"), str(value) if value else NOTHING)
