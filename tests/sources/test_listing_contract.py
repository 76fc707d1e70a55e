"""What every form of listing keeps to."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from periksa.errors import SourceError
from periksa.sources import Fetched, Listed, Listing
from periksa.sources.site import Kind, Site

FOLDER = Path(__file__).parent / "listings"


@pytest.fixture
def examples(listing: Listing) -> list[Path]:
    """The invented listings of this kind: its name, a dash, and what they show."""
    return sorted(FOLDER.glob(f"{listing.kind}-*"))


def test_every_kind_that_a_profile_may_name_is_there(listing: Listing) -> None:
    assert listing.kind in get_args(Kind)


def test_every_entry_is_a_pointer_another_listing_or_a_problem(
    listing: Listing, examples: list[Path], fetched: Callable[..., Fetched], site: Callable[..., Site]
) -> None:
    assert examples
    for path in examples:
        entries = list(listing.list(fetched(path.read_bytes()), site()))
        assert entries
        assert all(entry.pointer or entry.further or entry.problems for entry in entries)
        for entry in entries:
            assert not entry.pointer or site().is_here(entry.pointer.url)
            assert not entry.further or site().is_here(entry.further.url)


def test_the_same_bytes_give_the_same_entries(
    listing: Listing, examples: list[Path], fetched: Callable[..., Fetched], site: Callable[..., Site]
) -> None:
    for path in examples:
        page = fetched(path.read_bytes())
        assert list(listing.list(page, site())) == list(listing.list(page, site()))


def test_nothing_of_another_site(
    listing: Listing, examples: list[Path], fetched: Callable[..., Fetched], site: Callable[..., Site]
) -> None:
    for path in examples:
        entries: list[Listed] = []
        with contextlib.suppress(SourceError):
            entries = list(listing.list(fetched(path.read_bytes()), site(hosts=["lain.example"])))
        assert not [entry.pointer for entry in entries if entry.pointer]


@pytest.mark.parametrize("content", [b"", b"Not found", b"<html><body><p>Sedang dipelihara.</p></body></html>", b"{}"])
def test_what_is_no_such_listing_is_said_with_its_address(
    listing: Listing, fetched: Callable[..., Fetched], site: Callable[..., Site], content: bytes
) -> None:
    with pytest.raises(SourceError, match=r"https://kabarkini\.example/daftar ") as error:
        list(listing.list(fetched(content), site()))
    assert str(error.value).endswith(".")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 2500), junk=st.binary(max_size=40))
@example(cut=60, junk=b"}")
def test_damage_is_an_error_or_a_problem_and_never_a_crash(
    listing: Listing,
    examples: list[Path],
    fetched: Callable[..., Fetched],
    site: Callable[..., Site],
    cut: int,
    junk: bytes,
) -> None:
    content = examples[0].read_bytes()
    with contextlib.suppress(SourceError):
        for entry in listing.list(fetched(content[:cut] + junk + content[cut:]), site()):
            assert str(entry).encode()
