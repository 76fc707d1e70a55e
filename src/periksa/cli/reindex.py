"""`periksa reindex`: the index built anew from the store, beside the old one, which answers meanwhile."""

from __future__ import annotations

from periksa.cli.installation import ConfigFile, opened
from periksa.cli.screen import progress, screen

STRIDE = 100
"""Articles between two movements of the bar."""


def run(config: ConfigFile = None) -> None:
    """Build the search index anew from the stored articles. A running server answers meanwhile."""
    with opened(config) as periksa, progress() as bar:
        task = bar.add_task("Indexing", total=periksa.store.read(lambda tx: tx.articles.count()))

        def indexed(count: int) -> None:
            if count % STRIDE == 0:
                bar.update(task, completed=count)

        total = periksa.ingest.reindex(indexed)
    screen().print(f"{total:,} articles can be found." if total else "Nothing is stored yet: periksa import FILE")
