"""RSS and Atom: what a site published last."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from periksa.errors import SourceError
from periksa.model import Article
from periksa.sources import Fetched, Further, Listed, Pointer, Problem
from periksa.sources.address import absolute, same_page
from periksa.sources.charset import decoded
from periksa.sources.markup import lines_of_fragment, plain
from periksa.sources.moments import exact_moment
from periksa.sources.site import Site
from periksa.sources.story import Found, article_of, day_of
from periksa.sources.withdrawn import is_withdrawn

MOST_BYTES = 20_000_000
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_LONGEST_SUMMARY = 1000


class Feed:
    """RSS and Atom in all versions and states."""

    kind = "feed"

    def list(self, fetched: Fetched, site: Site) -> Iterator[Listed]:
        """Every entry, and the feed's next page where it names one.

        Raises: SourceError if it is no feed, or larger than 20 MB.
        """
        parsed = _parsed(fetched)
        if parsed.bozo:
            why = " ".join(str(parsed.get("bozo_exception", "broken XML")).split())
            what = f"is not well-formed and was read as far as possible: {why}"
            yield Listed(problems=(Problem(fetched.url, "feed", what, refused=False),))
        seen: dict[str, str] = {}
        for number, each in enumerate(parsed.entries, start=1):
            entry = dict(dict.items(each))  # without the names that feedparser lends one another
            if listed := _listed(entry, f"{fetched.url}, entry {number}", fetched, site, seen):
                yield listed
        for link in parsed.feed.get("links", ()):
            if link.get("rel") == "next" and site.is_here(url := absolute(fetched.url, link.get("href", ""))):
                yield Listed(further=Further(url))


def _parsed(fetched: Fetched) -> Any:
    if len(fetched.content) > MOST_BYTES:
        raise SourceError(f"{fetched.url} is larger than {MOST_BYTES // 1_000_000} MB, the most a feed may have.")
    import feedparser

    text, _ = decoded(fetched.content, fetched.content_type)
    text = _DECLARATION.sub("", text)
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": fetched.url}
    parsed = feedparser.parse(BytesIO(text.encode("utf-8", "replace")), response_headers=headers)
    if not parsed.get("version") and not parsed.entries:
        raise SourceError(f"{fetched.url} is no feed; give the address of the RSS or Atom itself.")
    return parsed


def _listed(entry: Mapping[str, Any], where: str, fetched: Fetched, site: Site, seen: dict[str, str]) -> Listed | None:
    """An entry as a pointer; None where its article is not wanted or was pointed to before. `seen`: address → guid."""
    url, guid = _link(entry, fetched.url), str(entry.get("id") or "")
    if not url:
        return Listed(problems=(Problem(where, "link", "is missing or no http(s) address"),))
    if not site.wants(url) or same_page(url) in seen:
        return None
    problems = []
    if guid and guid in seen.values():
        what = f'is that of another article as well: "{guid[:60]}"; both were taken'
        problems.append(Problem(where, "guid", what, refused=False))
    seen[same_page(url)] = guid
    day, wrong = day_of(_dates(entry), site, fetched.fetched_at)
    if wrong:
        problems.append(Problem(where, "date", f"{wrong}; the page is asked", refused=False))
    categories = tuple(plain(str(tag.get("term") or "")) for tag in entry.get("tags", ()))
    article = _article(entry, url, fetched, site, categories, problems) if site.complete_feeds else None
    title = plain(str(entry.get("title") or ""))
    withdrawn = is_withdrawn(title, article.body.split("\n\n") if article else (), site)
    return Listed(
        Pointer(
            url=url,
            title=title,
            date=day,
            changed=exact_moment(str(entry.get("updated") or entry.get("published") or "")),
            summary=plain(str(entry.get("summary") or ""))[:_LONGEST_SUMMARY],
            guid=guid,
            categories=categories,
            article=None if withdrawn else article,
            withdrawn=withdrawn,
        ),
        problems=tuple(problems),
    )


def _link(entry: Mapping[str, Any], base: str) -> str:
    """The article's own address, before a feed service's and before a guid that is one."""
    candidates = (entry.get("feedburner_origlink"), entry.get("link"), entry.get("id"))
    addresses = (absolute(base, str(one)) for one in candidates if one and _is_link(str(one)))
    return next(filter(None, addresses), "")


def _is_link(text: str) -> bool:
    return bool(re.match(r"\s*(?:https?:|//|/|[\w.-]+/|\?)", text)) and not text.lstrip().startswith(("tag:", "urn:"))


def _dates(entry: Mapping[str, Any]) -> list[str]:
    """As they stand there, never what feedparser made of them: it guesses."""
    return [plain(str(entry.get(key) or "")) for key in ("published", "updated")]


def _article(
    entry: Mapping[str, Any],
    url: str,
    fetched: Fetched,
    site: Site,
    categories: tuple[str, ...],
    problems: list[Problem],
) -> Article | None:
    content = max((str(one.get("value") or "") for one in entry.get("content", ())), key=len, default="")
    lines = lines_of_fragment(content)
    if not lines:
        return None
    title, description = plain(str(entry.get("title") or "")), plain(str(entry.get("summary") or ""))
    found = Found(url, title, lines, _dates(entry), description=description, categories=categories)
    article, wrong = article_of(found, site, fetched.fetched_at)
    known = {problem.field for problem in problems}
    problems += [problem for problem in wrong if problem.field not in known]
    return article
