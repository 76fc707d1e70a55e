"""Pages of links: where a site has no feed, the page on which it lists its articles."""

from __future__ import annotations

from collections.abc import Iterator

from periksa.errors import SourceError
from periksa.sources import Fetched, Further, Listed, Pointer
from periksa.sources.address import absolute, same_page
from periksa.sources.charset import decoded
from periksa.sources.markup import tree_of
from periksa.sources.selectors import values
from periksa.sources.site import Site

MOST_BYTES = 10_000_000


class Links:
    """A page that links to articles."""

    kind = "links"

    def list(self, fetched: Fetched, site: Site) -> Iterator[Listed]:
        """Every article it links to, once, and the next such page.

        Raises: SourceError if it links to none: then the profile no longer fits.
        """
        if len(fetched.content) > MOST_BYTES:
            raise SourceError(f"{fetched.url} is larger than {MOST_BYTES // 1_000_000} MB, the most a page may have.")
        try:
            tree = tree_of(decoded(fetched.content, fetched.content_type)[0])
        except ValueError as error:
            raise SourceError(f"{fetched.url} is empty.") from error
        linked = (absolute(fetched.url, link) for link in values(tree, site.links.articles))
        wanted = (site.article_address(url) for url in linked if url and site.wants(url))
        found = {same_page(url): url for url in wanted}
        if not found:
            raise SourceError(
                f"{fetched.url} links to no article; mend links.articles or articles in {site.name}.toml."
            )
        for url in found.values():
            yield Listed(Pointer(url))
        here = same_page(fetched.url)
        further = (absolute(fetched.url, link) for link in values(tree, site.links.next))
        if url := next((url for url in further if url and site.is_here(url) and same_page(url) != here), ""):
            yield Listed(further=Further(url))
