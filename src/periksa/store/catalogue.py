"""The shelf of the library as editors look at it: by publisher and rating, and what was told that no longer holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from periksa.model import Edition, Place, Revision, Shelved, Used


class Catalogue(Protocol):
    """Reads articles and replies; changes nothing."""

    def page(self, wanted: Shelved, limit: int, behind: Place | None = None) -> Sequence[Edition]:
        """Articles, newest day first, then by id backwards; without a day last."""
        ...

    def used(self) -> Sequence[Used]:
        """Every publisher's words for ratings, one row a word, those used most first; "" where there is none."""
        ...

    def revisions(self, limit: int = 50) -> Sequence[Revision]:
        """Articles that were changed or withdrawn and that somebody was told, latest first; nothing counted."""
        ...

    def left(self, id: str) -> datetime | None:
        """When this article was withdrawn; None if it was not, or is back."""
        ...

    def told(self, ids: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        """How many people were told each of these articles, by channel."""
        ...

    def corrected(self, ids: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        """How many of them were told later what holds instead, or that it was withdrawn, by channel."""
        ...
