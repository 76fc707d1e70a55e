"""The desk's pages as HTML: templates, times, whoever looks at them. Whatever anyone wrote is escaped and tamed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from periksa.lang.mask import masked
from periksa.model import Present, Role
from periksa.staffing.passwords import LEAST, MOST
from periksa.web.desk.texts import Texts, choose
from periksa.web.desk.ways import BROADCASTS, HOME, INBOX, LIBRARY, NUMBERS, QUALITY, TEAM, WRITING, inside
from periksa.web.public import markup
from periksa.web.public.static import Static

THEME, LANGUAGE, SAID = "desk-theme", "desk-language", "desk-said"
"""Cookies. None of them is a secret."""
THEMES = ("system", "light", "dark")
YEAR = 365 * 24 * 3600
SHORT = 700
"""Characters of a text that show before the rest is unfolded."""
SECTIONS = (
    ("inbox", INBOX, Role.VIEWER),
    ("writing", WRITING, Role.EDITOR),
    ("library", LIBRARY, Role.VIEWER),
    ("broadcasts", BROADCASTS, Role.VIEWER),
    ("quality", QUALITY, Role.VIEWER),
    ("numbers", NUMBERS, Role.VIEWER),
    ("team", TEAM, Role.ADMIN),
)
"""What the navigation leads to, and who is shown it."""

_SAID = re.compile(r"([a-z_]{1,30})(?:\.(\d{1,9}))?")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Control characters and those that turn the direction of what follows them."""
_OF_CASE = re.compile(rf"({HOME}/cases/[^/]+)/.")
_FILE = re.compile(r"\[([a-z_]{1,20})\]")


@dataclass(frozen=True, slots=True)
class Here:
    """A request, and whoever makes it."""

    request: Request
    present: Present | None
    texts: Texts
    theme: str
    form: dict[str, str]

    @property
    def by(self) -> str:
        """Their name, for the log. Raises: PermissionError if nobody is signed in: no way leads there."""
        return self.signed_in.user.name

    @property
    def signed_in(self) -> Present:
        """Whoever is signed in. Raises: PermissionError if nobody is."""
        if self.present is None:
            raise PermissionError("nobody is signed in")
        return self.present

    @property
    def address(self) -> str:
        """Where they are."""
        return self.request.client.host if self.request.client else ""

    @property
    def asked_for(self) -> str:
        """The address of the page, without who we are."""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    @property
    def agent(self) -> str:
        """Their browser, in its own words."""
        return self.request.headers.get("user-agent", "")

    def may(self, role: Role) -> bool:
        """Whether they are signed in with at least this role."""
        return self.present is not None and self.present.user.role.may(role)


class Screen:
    """Shows pages."""

    def __init__(
        self, static: Static, languages: tuple[Texts, ...], clock: Callable[[], datetime], name: str, zone: tzinfo
    ) -> None:
        self.codes = frozenset(texts.language for texts in languages)
        self._languages = languages
        self._clock = clock
        self._zone = zone
        self._environment = Environment(
            loader=PackageLoader(__package__),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            name=name, url=static.url, home=HOME, themes=THEMES, languages=languages, roles=tuple(Role), Role=Role
        )
        self._environment.globals.update(least=LEAST, most=MOST)
        self._environment.filters.update(rich=markup.html, mask=masked, tame=tame, fold=fold, browser=browser)

    def here(self, request: Request, present: Present | None, form: dict[str, str]) -> Here:
        """Who asks, in which language and light."""
        texts = choose(self._languages, request.cookies.get(LANGUAGE, ""), request.headers.get("accept-language", ""))
        theme = request.cookies.get(THEME, "")
        return Here(request, present, texts, theme if theme in THEMES else THEMES[0], form)

    def show(self, here: Here, template: str, status: int = 200, **shown: Any) -> Response:
        """A page; what was to be said once is said, and forgotten."""
        said = _said(here)
        now = self._clock()
        html = self._environment.get_template(template).render(
            here=here,
            path=here.request.url.path,
            words=here.texts.words,
            texts=here.texts,
            present=here.present,
            sections=[(key, path) for key, path, role in SECTIONS if here.may(role)],
            said=said,
            when=lambda at: self._when(here.texts, at, now),
            moment=lambda at: here.texts.day(at.astimezone(self._zone)),
            asked=lambda text: words_of(text, here.texts),
            **{"trouble": "", **shown},
        )
        response = HTMLResponse(html, status)
        if said:
            response.delete_cookie(SAID, path=HOME)
        return response

    def problem(self, here: Here, key: str, status: int, sentence: str = "") -> Response:
        """A page that cannot be shown, or an act that cannot be done, and why."""
        words = here.texts.words
        said = {"title": words[f"{key}_title"], "sentence": sentence or words[key]}
        return self.show(here, "problem.html", status, back=_back(here) if here.present else "", **said)

    def go(self, path: str, said: str = "", number: int | None = None) -> Response:
        """Elsewhere, and what is to be said there."""
        response = RedirectResponse(path, 303)
        if said:
            value = said if number is None else f"{said}.{number}"
            response.set_cookie(SAID, value, max_age=60, path=HOME, httponly=True, samesite="lax")
        return response

    def _when(self, texts: Texts, at: datetime, now: datetime) -> Markup:
        """How long ago, and on pointing at it the very moment."""
        moment = texts.day(at.astimezone(self._zone))
        return Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(), moment, texts.ago(at, now))


def tame(text: str) -> str:
    """Without characters that cannot be seen, or that turn others around."""
    return _UNSEEN.sub("", text)


def fold(text: str) -> tuple[str, str]:
    """What shows of a long text, and the rest; cut at the end of a word."""
    if len(text) <= SHORT + SHORT // 4:
        return text, ""
    cut = max(text.rfind(" ", SHORT // 2, SHORT), text.rfind("\n", SHORT // 2, SHORT))
    cut = cut if cut > 0 else SHORT
    return text[:cut], text[cut:]


def words_of(text: str, texts: Texts) -> str:
    """What was asked; where it was a file, what kind of."""
    file = _FILE.fullmatch(text)
    return texts.words.get(f"file_{file[1]}", text) if file else tame(text) or texts.words["no_words"]


def browser(agent: str) -> str:
    """A browser's name and system, as far as it says; its own words begin with those of all others."""
    names = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "CrOS", "Linux")
    name = next((name for sign, name in names if sign in agent), "")
    system = next((system for system in systems if system in agent), "")
    return ", ".join(filter(None, (name, system))) or tame(agent)[:40]


def _back(here: Here) -> str:
    """Where an act was begun, or the case that it is about; "" where that is this page itself, or nowhere."""
    begun, case = here.form.get("back", ""), _OF_CASE.match(here.request.url.path)
    return begun if begun and inside(begun) else case[1] if case else ""


def _said(here: Here) -> str:
    """What another page left to be said here."""
    found = _SAID.fullmatch(here.request.cookies.get(SAID, ""))
    if not found or f"said_{found[1]}" not in here.texts.words:
        return ""
    return here.texts.count(f"said_{found[1]}", int(found[2] or 0))
