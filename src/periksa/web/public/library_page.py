"""The pages of the library as HTML: templates, addresses, shortening. Whatever a publisher wrote is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup, escape

from periksa.model import Also, Article, Force, Said, Statement, speaker_key
from periksa.publishing.feeds import headline
from periksa.web import addresses
from periksa.web.public.said import MOST
from periksa.web.public.static import Static
from periksa.web.public.texts import Texts

PARAGRAPH = 1200
"""Characters of a summary; publishers' texts are theirs to show whole."""
TELLING = frozenset({Force.CLAIMED, Force.DENIED, Force.PROMISED, Force.WARNED})
"""What a verb may say of words beyond that they were said, and is named."""
STATEMENTS = 30
"""Of one article, on its page."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is shown a page: in which language, whether they asked for it by `?lang=`, and where we are for them."""

    texts: Texts
    asked: bool
    root: str

    def at(self, path: str, **query: str) -> str:
        """An address of ours that goes on in the language asked for."""
        kept = {"lang": self.texts.language, **query} if self.asked else query
        return f"{path}?{urlencode(kept)}" if kept else path


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a search: an "answer", an "offer" of up to three, "none", or "unclear" where nothing was asked."""

    kind: str
    shown: tuple[Article, ...] = ()
    also: Also = field(default_factory=Also)
    context: tuple[tuple[Article, tuple[Said, ...]], ...] = ()


class LibraryPage:
    """Every page of the library."""

    def __init__(self, static: Static, name: str, languages: Sequence[Texts]) -> None:
        self._languages = languages
        environment = Environment(
            loader=PackageLoader(__package__),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals.update(
            name=name, url=static.url, most=MOST, path_of=addresses.article, speaker_path=speaker_path
        )
        environment.globals.update(telling=TELLING)
        environment.filters.update(short=short, gist=gist, own=own, linked=linked, office=office, headline=headline)
        self._get = environment.get_template

    def search(self, reader: Reader, asked: str = "", result: Result | None = None, trouble: str = "") -> str:
        """The search box, and below it what was found."""
        return self._render("search.html", reader, "/search", asked=asked, result=result, trouble=trouble)

    def newest(self, reader: Reader, articles: Sequence[Article], next: str, paged: bool) -> str:
        """A page of the list. `next` leads to the next one, "" where this is the last; `paged`: it is not the first."""
        return self._render("newest.html", reader, "/checks", articles=articles, next=next, paged=paged)

    def article(self, reader: Reader, article: Article, also: Also, review: Mapping[str, Any] | None) -> str:
        """One article. `review` is its ClaimReview where there is one."""
        said = [Said(one, article, at) for at, one in enumerate(article.statements[:STATEMENTS])]
        path = addresses.article(article.id)
        written = as_data(review) if review else None
        return self._render("article.html", reader, path, article=article, also=also, said=said, review=written)

    def said(self, reader: Reader, said: Sequence[Said], next: str, paged: bool) -> str:
        """What a speaker said, by day; at least one statement, newest day first."""
        days = [(day, _in_order(several)) for day, several in groupby(said, key=lambda each: each.day)]
        speaker = said[0].statement.speaker
        path = speaker_path(speaker)
        return self._render("said.html", reader, path, speaker=speaker, days=days, next=next, paged=paged)

    def problem(self, reader: Reader, here: str, title: str, sentence: str) -> str:
        """A page that cannot be shown, and why."""
        words = reader.texts.library
        return self._render("problem.html", reader, here, title=words[title], sentence=words[sentence])

    def _render(self, template: str, reader: Reader, path: str, **shown: Any) -> str:
        other = next(each.language for each in self._languages if each.language != reader.texts.language)
        return self._get(template).render(
            texts=reader.texts,
            words=reader.texts.library,
            at=reader.at,
            root=reader.root,
            path=path,
            here=path,
            other=other,
            switch=f"{path}?{urlencode({'lang': other})}",
            **shown,
        )


def speaker_path(name: str) -> str:
    """The path of a speaker's page."""
    return addresses.speaker(speaker_key(name))


def short(text: str, most: int) -> str:
    """The text, cut at the end of a word where it is longer than `most` characters."""
    if len(text) <= most:
        return text
    cut = text.rfind(" ", most // 2, most)
    return text[: cut if cut > 0 else most].rstrip(" ,;:") + " …"


def office(statement: Statement) -> str:
    """In which function somebody speaks, and for which body where the function does not name it."""
    role, body = statement.role, statement.organisation
    named = body.casefold() in role.casefold()
    return short(role if named else ", ".join(filter(None, (role, body))), 200)


def gist(article: Article) -> str:
    """One paragraph: the summary, or the beginning of the text."""
    paragraph = article.summary or article.body.strip().partition("\n")[0]
    return short(paragraph, PARAGRAPH)


def own(article: Article) -> list[str]:
    """What an answer of the newsroom's own rests on: the links that stand a line each in its text. None for others."""
    if not article.url.endswith(addresses.article(article.id)):
        return []
    lines = (line.strip() for line in article.body.splitlines())
    return [line for line in lines if line.startswith(("https://", "http://")) and " " not in line]


def linked(sentence: str, known: Mapping[str, str], at: Callable[[str], str]) -> Markup:
    """A sentence of ours with links behind the words that are known."""
    link = Markup('<a href="{}">{}</a>')
    parts = re.split(f"({'|'.join(map(re.escape, known))})", sentence)
    return Markup("").join(link.format(at(known[part]), part) if part in known else escape(part) for part in parts)


def as_data(value: Mapping[str, Any]) -> Markup:
    """JSON that may stand within a script element, whatever texts are in it."""
    return htmlsafe_json_dumps(value, ensure_ascii=False)


def _in_order(several: Any) -> list[Said]:
    """Of one day, article by article, each from its beginning."""
    return sorted(several, key=lambda each: (each.article.id, each.number))
