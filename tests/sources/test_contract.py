"""What every form of source keeps to."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from periksa.errors import InputError
from periksa.model import Article
from periksa.sources import Parsed, Source

Write = Callable[[str, bytes | str], Path]


def _articles(records: list[Parsed]) -> list[Article]:
    return [parsed.article for parsed in records if parsed.article]


def test_every_form_has_an_example_and_reads_it_alone(source: Source, examples: list[Path]) -> None:
    assert examples
    assert all(source.reads(path, path.read_bytes()[:4096]) for path in examples)
    others = [path for path in examples[0].parent.iterdir() if path not in examples]
    assert others
    assert not any(source.reads(path, path.read_bytes()[:4096]) for path in others)


def test_an_article_has_an_id_and_a_title(source: Source, examples: list[Path]) -> None:
    for path in examples:
        articles = _articles(list(source.parse(path)))
        assert articles
        assert all(article.id and article.title for article in articles)


def test_the_same_file_gives_the_same_articles(source: Source, examples: list[Path]) -> None:
    for path in examples:
        assert list(source.parse(path)) == list(source.parse(path))


def test_ids_come_from_the_content_not_from_the_file(source: Source, examples: list[Path], write: Write) -> None:
    for path in examples:
        copy = write(f"salinan{path.suffix}", path.read_bytes())
        assert _articles(list(source.parse(copy))) == _articles(list(source.parse(path)))


def test_progress_ends_with_the_file(source: Source, examples: list[Path]) -> None:
    for path in examples:
        ends = [parsed.bytes_read for parsed in source.parse(path)]
        assert ends == sorted(ends)
        assert ends[-1] == path.stat().st_size


def test_a_byte_order_mark_and_windows_lines_change_nothing(source: Source, examples: list[Path], write: Write) -> None:
    for path in examples:
        windows = write(f"windows{path.suffix}", b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
        assert _articles(list(source.parse(windows))) == _articles(list(source.parse(path)))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "kosong{0} is empty; nothing was imported."),
        (
            "Judul\n\nIsi berita.\n".encode("utf-16"),
            "kosong{0} is saved as UTF-16; save it as UTF-8 and import it again.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_at_all(
    source: Source, examples: list[Path], write: Write, content: bytes, sentence: str
) -> None:
    path = write(f"kosong{examples[0].suffix}", content)
    with pytest.raises(InputError) as error:
        list(source.parse(path))
    assert str(error.value) == sentence.format(path.suffix)


def test_a_file_that_is_not_there(source: Source, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"hilang cannot be read: No such file or directory\.$"):
        list(source.parse(tmp_path / "hilang"))


def test_a_folder(source: Source, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read: Is a directory\.$"):
        list(source.parse(tmp_path))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 2000), junk=st.binary(max_size=40))
def test_damage_is_an_error_or_a_problem_and_never_a_crash(
    source: Source, examples: list[Path], write: Write, cut: int, junk: bytes
) -> None:
    content = examples[0].read_bytes()
    path = write(f"rusak{examples[0].suffix}", content[:cut] + junk + content[cut:])
    records = []
    with contextlib.suppress(InputError):
        records = list(source.parse(path))
    assert all(parsed.article or parsed.problems for parsed in records)
    for article in _articles(records):
        assert "\0" not in repr(article.body)
        assert str(article).encode()
