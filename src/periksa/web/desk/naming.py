"""Fact-checks that somebody names: by their id, the address of their page here, or the publisher's link."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from periksa.lang.links import page, slug
from periksa.model import Article, ArticleKind
from periksa.web import Library, api
from periksa.web.desk import Inbox


class Naming:
    """The index knows words, no links: those of the link's path are searched, and the links held against each other."""

    def __init__(self, inbox: Inbox, asker: api.Asker, library: Library) -> None:
        self._inbox = inbox
        self._asker = asker
        self._library = library

    def named(self, text: str, language: str) -> list[Article]:
        """The fact-checks that this text names. Blocks. Raises: IndexUnavailable, ModelUnavailable, StoreError."""
        found = self._inbox.named(text)
        if found:
            return [found]
        wanted = link(text)
        words = slug(unquote(wanted))
        if not words:
            return []
        matches = self._asker.record(words, language)["matches"]
        near = [each.article for each in self._library.editions([match["id"] for match in matches])]
        return [each for each in near if each.kind is ArticleKind.FACT_CHECK and link(each.url) == wanted]

    def only(self, text: str, language: str) -> Article | None:
        """The one it names: where links differ in what follows their path alone, the one with the very same. Blocks."""
        found = self.named(text, language)
        same = found if len(found) == 1 else [each for each in found if each.url == text.strip()]
        return same[0] if len(same) == 1 else None


def link(text: str) -> str:
    """The page that a link leads to, whatever stands behind its path; "" where it is none."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return ""
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return ""
    return page(text.strip()).partition("?")[0] or parts.hostname
