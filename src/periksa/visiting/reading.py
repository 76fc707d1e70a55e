"""The second half of a visit: the articles that are new, were changed, or are to be looked at again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from periksa.errors import PageError, PageGone, PageLater, SourceError
from periksa.model import Article, Spot, SpotKind
from periksa.pages import Page
from periksa.sources import Fetched, Parsed, Problem
from periksa.sources.address import same_page
from periksa.sources.page import MOST_PAGES
from periksa.sources.page import Page as ArticlePage
from periksa.visiting import noting
from periksa.visiting.errand import Errand, fetched, problem_of

MOST = 100
"""Articles of one leg of a visit."""
AT_ONCE = 20
_PAGE = ArticlePage()


def read(errand: Errand) -> None:
    """Fetch what is due, the newest first. Raises: Leaving, StoreError."""
    gone: list[Spot] = []
    asked = 0
    for spot in _due(errand, gone):
        asked += 1
        if not _ask(errand, spot):
            gone.append(spot)
        errand.outcome.waiting -= 1
        errand.tell()
    _withdraw(errand, gone, asked)


def _due(errand: Errand, gone: list[Spot]) -> Iterator[Spot]:
    """Until there is nothing more, or enough for one leg, or for the site."""
    left = MOST
    while left and (due := errand.due([SpotKind.ARTICLE], min(AT_ONCE, left), without=gone)):
        for spot in due:
            if errand.tired:
                return
            left -= 1
            yield spot


def _ask(errand: Errand, spot: Spot) -> bool:
    """One article; False if its publisher took it back."""
    try:
        page = errand.get(errand.site.to_fetch(spot.url), spot.etag, spot.last_modified)
        return _take(errand, spot, page)
    except PageGone as error:
        if noting.withdrawn(spot, errand.now()):
            return False
        _note(errand, noting.missing(spot, errand.now()), error)
    except PageLater as error:
        _note(errand, noting.late(spot, error.wait, errand.now()), error)
    except (PageError, SourceError) as error:
        _note(errand, noting.unread(spot, errand.now()), error)
    return True


def _note(errand: Errand, spot: Spot, error: Exception) -> None:
    errand.keep([spot], problems={spot.key: [problem_of(spot.url, error)]}, settled=())


def _take(errand: Errand, spot: Spot, page: Page) -> bool:
    """Keep what the page gives; False if it says that the article was taken back. Raises: PageError, SourceError."""
    if page.unchanged or spot.carried:
        if not page.unchanged and _is_taken_back(errand, spot, page):
            return False
        errand.keep([noting.as_it_was(spot, errand.now())], settled=() if page.unchanged else None)
        return True
    if not errand.site.wants(page.final_url):
        raise SourceError(f"{spot.url} leads to {page.final_url}, which is no article of this site")
    pages, problems = _all_pages(errand, spot, page)
    parsed = list(errand.kit.box.run(ArticlePage.read, _PAGE, pages, errand.site, where=spot.url))
    if any(each.withdrawn for each in parsed):
        return False
    if len(pages) > 1 or problems:
        page = replace(page, etag="", last_modified="")  # the first page tells nothing of the others
    _keep(errand, spot, page, parsed, problems)
    return True


def _is_taken_back(errand: Errand, spot: Spot, page: Page) -> bool:
    """Whether the page of an article that a listing carries says so; nothing else of it is asked."""
    try:
        parsed = errand.kit.box.run(ArticlePage.read, _PAGE, [fetched(page)], errand.site, where=spot.url)
        return any(each.withdrawn for each in parsed)
    except SourceError:
        return False


def _all_pages(errand: Errand, spot: Spot, page: Page) -> tuple[list[Fetched], list[Problem]]:
    """The pages of an article, in order, and what is wrong with those that are missing. Raises: PageLater."""
    pages, problems = [fetched(page)], []
    met = {same_page(one) for one in (spot.url, page.url, page.final_url)}
    ahead = _more(errand, pages)
    while ahead and len(pages) < MOST_PAGES:
        url = ahead.pop(0)
        if same_page(url) in met:
            continue
        met.add(same_page(url))
        try:
            pages.append(fetched(errand.get(url)))
        except PageLater:
            raise
        except PageError as error:
            problems.append(replace(problem_of(url, error), refused=False))
            continue
        ahead = ahead or _more(errand, pages)
    return pages, problems


def _more(errand: Errand, pages: list[Fetched]) -> list[str]:
    return list(errand.kit.box.run(ArticlePage.more, _PAGE, pages, errand.site, where=pages[0].url))


def _keep(errand: Errand, spot: Spot, page: Page, parsed: Sequence[Parsed], problems: list[Problem]) -> None:
    """A page that gives no article any more takes back none of those that it gave: trouble is no retraction."""
    articles = [_dated(each.article, spot) for each in parsed if each.article]
    if articles and spot.articles and same_page(page.final_url) != same_page(spot.url):
        articles = _moved(errand, spot, articles)
    dated = spot.date is not None
    problems += [one for each in parsed for one in each.problems if not (dated and one.field == "date")]
    if not articles:
        errand.keep([noting.unread(spot, errand.now())], problems={spot.key: problems})
        return
    ids = [article.id for article in articles]
    withdrawn = [id for id in spot.articles if id not in ids]
    changed = _news(errand, articles) or bool(withdrawn)
    now = errand.now()
    errand.keep([noting.read(spot, page, articles, now, changed=changed)], articles, {spot.key: problems}, withdrawn)


def _moved(errand: Errand, spot: Spot, articles: Sequence[Article]) -> list[Article]:
    """What stands at another address now, and under its headline and claim as before, is the same article: nobody who
    was told it must hear that it was taken back."""
    stored = errand.kit.store.read(lambda tx: tx.articles.get(spot.articles))
    ids = {(one.title, one.claim): one.id for one in stored}
    return [replace(one, id=ids.get((one.title, one.claim), one.id)) for one in articles]


def _news(errand: Errand, articles: Sequence[Article]) -> bool:
    """Whether any of them is new, or says something else than before."""
    stored = errand.kit.store.read(lambda tx: tx.articles.get([article.id for article in articles]))
    before = {article.id: (article.title, article.body, article.rating) for article in stored}
    return any(before.get(one.id) != (one.title, one.body, one.rating) for one in articles)


def _dated(article: Article, spot: Spot) -> Article:
    return article if article.date else replace(article, date=spot.date)


def _withdraw(errand: Errand, gone: Sequence[Spot], asked: int) -> None:
    """Take them out, unless nearly everything seems to be gone: then something is wrong with the site, or with us."""
    now = errand.now()
    if noting.suspicious(len(gone), asked):
        what = f"is gone, but so are {len(gone)} of {asked} pages at once: nothing was withdrawn"
        problems = {spot.key: [Problem(spot.url, "", what)] for spot in gone}
        errand.keep([noting.missing(spot, now) for spot in gone], problems=problems)
    elif gone:
        ids = [id for spot in gone for id in noting.taken_back(spot)]
        errand.keep([noting.dropped(spot, now) for spot in gone], withdrawn=ids)
