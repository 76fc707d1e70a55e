"""WordPress: the REST address of posts, `/wp-json/wp/v2/posts`, which hands out whole articles.

With `?per_page=100&_embed=wp:term` pages are few and categories have names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from periksa.errors import SourceError
from periksa.model import Article
from periksa.sources import Fetched, Further, Listed, Pointer, Problem
from periksa.sources.address import absolute
from periksa.sources.charset import decoded
from periksa.sources.markup import lines_of_fragment, plain
from periksa.sources.moments import exact_moment
from periksa.sources.site import Site
from periksa.sources.story import Found, article_of, day_of
from periksa.sources.withdrawn import is_status, is_withdrawn

MOST_BYTES = 50_000_000
_PAGE = 10
"""Posts on a page where the address does not say."""
_END = "rest_post_invalid_page_number"
"""What WordPress answers after the last page."""
_NOT_PUBLISHED = ("trash", "private")
"""A post that is listed with such a status was taken off the site. One that waits to appear (`future`) was not."""
_ELLIPSIS = re.compile(r"\s*(?:\[(?:…|\.\.\.)\]|…)\s*$")

Post = Mapping[str, Any]


class WordPress:
    """Posts as WordPress' REST interface lists them."""

    kind = "wordpress"

    def list(self, fetched: Fetched, site: Site) -> Iterator[Listed]:
        """Every published post, whole, and the next page where this one is full.

        Raises: SourceError if it is no such list, or larger than 50 MB.
        """
        posts = _posts(fetched)
        for number, post in enumerate(posts, start=1):
            if listed := _listed(post, f"{fetched.url}, post {number}", fetched, site):
                yield listed
        if posts and len(posts) >= _number(fetched.url, "per_page", _PAGE):
            yield Listed(further=Further(_next(fetched.url)))


def _posts(fetched: Fetched) -> list[Any]:
    if len(fetched.content) > MOST_BYTES:
        raise SourceError(f"{fetched.url} is larger than {MOST_BYTES // 1_000_000} MB; ask for fewer posts (per_page).")
    try:
        answer = json.loads(decoded(fetched.content, fetched.content_type)[0], strict=False)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{fetched.url} is not JSON; see whether the site is WordPress with REST on.") from error
    if isinstance(answer, list):
        return answer
    if isinstance(answer, dict) and answer.get("code") == _END:
        return []
    said = plain(str(answer.get("message") or "")) if isinstance(answer, dict) else ""
    raise SourceError(f"{fetched.url} is no list of posts{f': {said}' if said else ''}".rstrip(".") + ".")


def _listed(post: Any, where: str, fetched: Fetched, site: Site) -> Listed | None:
    if not isinstance(post, dict):
        return Listed(problems=(Problem(where, "", "is no post"),))
    url = absolute(fetched.url, link) if (link := str(post.get("link") or "")) else ""
    if not url:
        return Listed(problems=(Problem(where, "link", "is missing or no http(s) address"),))
    if not site.wants(url):
        return None
    status = str(post.get("status") or "publish")
    if status != "publish":
        return Listed(Pointer(url, withdrawn=True)) if status in _NOT_PUBLISHED or is_status(status) else None
    categories = _categories(post)
    article, problems = _article(post, url, categories, fetched, site)
    title = _rendered(post, "title")
    withdrawn = is_withdrawn(title, article.body.split("\n\n") if article else (), site)
    pointer = Pointer(
        url=url,
        title=title,
        date=article.date if article else day_of(_dates(post), site, fetched.fetched_at)[0],
        changed=_changed(post),
        summary=_summary(post),
        guid=str(post.get("id") or ""),
        categories=categories,
        article=None if withdrawn else article,
        withdrawn=withdrawn,
    )
    return Listed(pointer, problems=tuple(problems))


def _article(
    post: Post, url: str, categories: tuple[str, ...], fetched: Fetched, site: Site
) -> tuple[Article | None, list[Problem]]:
    """The whole post; None, and no problem, where its page must be asked: the post is protected or has no text."""
    content = post.get("content")
    markup = content.get("rendered") if isinstance(content, dict) and not content.get("protected") else ""
    lines = lines_of_fragment(markup) if isinstance(markup, str) else []
    if not lines:
        return None, []
    title = _rendered(post, "title")
    found = Found(url, title, lines, _dates(post), description=_summary(post), categories=categories)
    return article_of(found, site, fetched.fetched_at)


def _dates(post: Post) -> list[str]:
    """`date` is the newsroom's own clock, without a zone; `date_gmt` is not, and does not say so."""
    gmt = str(post.get("date_gmt") or "")
    return [f"{gmt}Z" if gmt and gmt[-1].isdigit() and gmt.count("-") == 2 else gmt, str(post.get("date") or "")]


def _changed(post: Post) -> datetime | None:
    text = str(post.get("modified_gmt") or post.get("date_gmt") or "")
    moment = exact_moment(text) or exact_moment(f"{text}Z")
    return moment.astimezone(UTC) if moment else None


def _rendered(post: Post, name: str) -> str:
    value = post.get(name)
    text = value.get("rendered") if isinstance(value, dict) else value
    return plain(text) if isinstance(text, str) else ""


def _summary(post: Post) -> str:
    """The excerpt that somebody wrote; one that WordPress cut off the text says nothing of its own."""
    text = _rendered(post, "excerpt")
    return "" if _ELLIPSIS.search(text) else text


def _categories(post: Post) -> tuple[str, ...]:
    """Names where they are embedded; numbers and class names always."""
    embedded = post.get("_embedded")
    groups = embedded.get("wp:term") if isinstance(embedded, dict) else None
    terms = [term for group in groups or () if isinstance(group, list) for term in group if isinstance(term, dict)]
    found = [plain(str(term.get("name") or "")) for term in terms]
    for key in ("categories", "class_list"):
        given = post.get(key)
        found += [str(one) for one in (given.values() if isinstance(given, dict) else given or ())]
    return tuple(dict.fromkeys(filter(None, found)))


def _number(url: str, name: str, default: int) -> int:
    text = dict(parse_qsl(urlsplit(url).query)).get(name, "")
    return int(text) if text.isdecimal() else default


def _next(url: str) -> str:
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), "page": str(_number(url, "page", 1) + 1)}
    return parts._replace(query=urlencode(query, safe=":,")).geturl()
