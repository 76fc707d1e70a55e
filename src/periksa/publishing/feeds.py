"""RSS 2.0, Atom and JSON Feed 1.1 of the same entries.

An entry leads to the publisher's page. Its title has the publisher's rating in front: a false claim that is read alone
must not look like news.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from email.utils import format_datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as Xml

from periksa.model import Article, Edition

ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One article in a feed. `page` is ours about it; `words` say what its publisher found."""

    edition: Edition
    page: str
    words: str

    @property
    def article(self) -> Article:
        """What it is about."""
        return self.edition.article

    @property
    def link(self) -> str:
        """The publisher's page, or ours where there is none."""
        return self.article.url or self.page

    @property
    def id(self) -> str:
        """The same for good, wherever this library is found."""
        return f"urn:uuid:{uuid5(NAMESPACE_URL, f'periksa:{self.article.id}')}"


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself. `address` is its own, `home` the page of the same list; days begin in `zone`."""

    title: str
    about: str
    language: str
    address: str
    home: str
    entries: Sequence[Entry]
    zone: tzinfo = UTC

    @property
    def changed_at(self) -> datetime:
        """When anything in it last changed."""
        return max((each.edition.changed_at for each in self.entries), default=datetime.fromtimestamp(0, UTC))

    def published(self, entry: Entry) -> datetime | None:
        """The beginning of its day."""
        day = entry.article.date
        return datetime.combine(day, time(), self.zone) if day else None


def headline(article: Article) -> str:
    """The title, with the publisher's rating in front unless it has it as a label: "salah satu" ("one of") is none."""
    rating = re.escape(article.rating)
    told = not rating or re.search(rf"[\[(]{rating}[\])]|^{rating}(?:\s*:|$)", article.title, re.IGNORECASE)
    return article.title if told else f"[{article.rating}] {article.title}"


def rss(feed: Feed) -> bytes:
    """RSS 2.0."""
    Xml.register_namespace("atom", ATOM)
    root = Xml.Element("rss", version="2.0")
    channel = Xml.SubElement(root, "channel")
    _texts(channel, title=feed.title, link=feed.home, description=feed.about, language=feed.language)
    _texts(channel, lastBuildDate=format_datetime(feed.changed_at), generator="periksa", ttl="15")
    Xml.SubElement(channel, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=feed.address)
    for entry in feed.entries:
        item = Xml.SubElement(channel, "item")
        _texts(
            item, title=headline(entry.article), link=entry.link, description=entry.words, category=entry.article.rating
        )
        Xml.SubElement(item, "guid", isPermaLink="false").text = entry.id
        if published := feed.published(entry):
            _texts(item, pubDate=format_datetime(published))
    return _written(root)


def atom(feed: Feed) -> bytes:
    """Atom (RFC 4287)."""
    root = Xml.Element("feed", {"xmlns": ATOM, "xml:lang": feed.language})
    _texts(root, title=feed.title, subtitle=feed.about, id=feed.address, updated=feed.changed_at.isoformat())
    Xml.SubElement(root, "link", rel="self", type="application/atom+xml", href=feed.address)
    Xml.SubElement(root, "link", rel="alternate", type="text/html", href=feed.home)
    _texts(Xml.SubElement(root, "author"), name=feed.title)
    for entry in feed.entries:
        _atom_entry(Xml.SubElement(root, "entry", {"xml:lang": entry.article.language or feed.language}), entry, feed)
    return _written(root)


def _atom_entry(made: Xml.Element, entry: Entry, feed: Feed) -> None:
    _texts(
        made,
        id=entry.id,
        title=headline(entry.article),
        updated=entry.edition.changed_at.isoformat(),
        summary=entry.words,
    )
    Xml.SubElement(made, "link", rel="alternate", type="text/html", href=entry.link)
    Xml.SubElement(made, "link", rel="related", type="text/html", href=entry.page)
    if published := feed.published(entry):
        _texts(made, published=published.isoformat())
    if entry.article.outlet:
        _texts(Xml.SubElement(made, "author"), name=entry.article.outlet)
    if entry.article.rating:
        Xml.SubElement(made, "category", term=_legal(entry.article.rating))


def json_feed(feed: Feed) -> bytes:
    """JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    made = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.about,
        "home_page_url": feed.home,
        "feed_url": feed.address,
        "language": feed.language,
        "items": [dict(_json_item(entry, feed)) for entry in feed.entries],
    }
    return json.dumps(made, ensure_ascii=False).encode()


def _json_item(entry: Entry, feed: Feed) -> Iterator[tuple[str, object]]:
    article, published = entry.article, feed.published(entry)
    yield "id", entry.id
    yield "url", entry.page
    if article.url:
        yield "external_url", article.url
    yield "title", headline(entry.article)
    yield "content_text", entry.words
    yield "date_modified", entry.edition.changed_at.isoformat()
    if published:
        yield "date_published", published.isoformat()
    if article.outlet:
        yield "authors", [{"name": article.outlet}]
    if article.language:
        yield "language", article.language
    if article.rating:
        yield "tags", [article.rating]


def _texts(parent: Xml.Element, **texts: str) -> None:
    for name, text in texts.items():
        if text:
            Xml.SubElement(parent, name).text = _legal(text)


def _legal(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)


def _written(root: Xml.Element) -> bytes:
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))
