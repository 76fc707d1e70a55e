"""Another process on the same folder: `rebuild` swaps in a generation, `put` adds to it, `hang` never finishes one.

python swapping_process.py <folder> rebuild|put|hang <title>
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from periksa.index.embedded import EmbeddedIndex
from periksa.model import Article, ArticleKind


def endless(article: Article) -> Iterator[Article]:
    """Articles until the process is killed; says when the first thousand have been taken."""
    for number in range(1_000_000):
        yield Article(f"{article.id}-{number}", article.kind, article.title)
        if number == 1001:
            sys.stdout.write("building\n")
            sys.stdout.flush()
            time.sleep(60)


def main(folder: str, what: str, title: str) -> None:
    index = EmbeddedIndex(Path(folder), time.sleep)
    article = Article("other", ArticleKind.FACT_CHECK, title)
    if what == "rebuild":
        index.rebuild([article])
    elif what == "put":
        index.put([article])
    else:
        index.rebuild(endless(article))
    index.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
