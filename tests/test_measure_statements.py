"""Labels held against what was found: pairs, shares, and label files that do not fit their texts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from periksa.errors import InputError
from periksa.measure.statements import HALVES, Label, labelled, measure, pairs, texts
from periksa.model import Statement

TEXT = (
    'Bendungan dibuka. "Pompa baru sudah dipasang semua," kata Bagus Tanuwijaya kepada wartawan, dikutip dari Antara. '
    "Airnya jernih sekali, katanya."
)
LABELS = Path(__file__).parents[1] / "evals/statements.jsonl"


def span(part: str) -> list[int]:
    start = TEXT.index(part)
    return [start, start + len(part)]


def label(words: str, speaker: str, **changed: Any) -> dict[str, Any]:
    start, end = span(words)
    chain = {"via": [span("Antara")], "medium": [span("kepada wartawan")]}
    plain = {"start": start, "end": end, "direct": False, "force": "said", "speaker": span(speaker)}
    return {**plain, "name": [span("Bagus Tanuwijaya")], **chain, **changed}


ARTICLE = {
    "id": "a",
    "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
    "half": "building",
    "statements": [
        label("Pompa baru sudah dipasang semua", "Bagus Tanuwijaya", direct=True),
        label("Airnya jernih sekali", "nya."),
    ],
}


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., tuple[Path, Path]]:
    def write(article: Any = ARTICLE, text: str = TEXT) -> tuple[Path, Path]:
        labels, news = tmp_path / "labels.jsonl", tmp_path / "news.jsonl"
        labels.write_text(json.dumps(article) + "\n", encoding="utf-8")
        other = {"id": "b", "text": "Lain."}
        rows = [other, {"id": "a", "text": text, "lang": "id", "date": "2023-02-06"}]
        news.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return labels, news

    return write


def test_what_is_labelled_and_found_counts_in_every_share(files: Callable[..., tuple[Path, Path]]) -> None:
    labels, news = files()
    articles = labelled(labels)
    figures = measure(articles, texts(news, articles))["building"]
    assert figures.summary() == {"articles": 1, "n": 2} | dict.fromkeys(figures.shares(), 1.0)
    assert figures.shares()["chain_recall"].whole == 4


def test_what_is_not_found_lowers_recall_and_what_nobody_labelled_precision(
    files: Callable[..., tuple[Path, Path]],
) -> None:
    first, _ = ARTICLE["statements"]
    labels, news = files(ARTICLE | {"statements": [first, label("Bendungan dibuka", "Bagus Tanuwijaya")]})
    articles = labelled(labels)
    shares = measure(articles, texts(news, articles))["building"].shares()
    assert [(shares[name].part, shares[name].whole) for name in ("span_precision", "span_recall")] == [(1, 2), (1, 2)]


def test_another_speaker_is_a_wrong_one(files: Callable[..., tuple[Path, Path]]) -> None:
    labels, news = files(ARTICLE | {"statements": [label("Airnya jernih sekali", "nya.", name=[span("Antara")])]})
    articles = labelled(labels)
    shares = measure(articles, texts(news, articles))["building"].shares()
    assert (shares["span_recall"].part, shares["speaker_recall"].part) == (1, 0)


def test_a_label_is_paired_with_the_nearest_statement_once() -> None:
    text = "satu dua tiga empat lima enam"
    one = Label(0, 13, False, "said", (0, 4), ((0, 4),), (), ())
    near, far = Statement("a", "satu dua tiga", start=0, end=13), Statement("a", "satu dua", start=0, end=8)
    assert pairs([one], [far, near], text) == [(one, near)]
    assert pairs([one], [Statement("a", "enam", start=25, end=29)], text) == []
    assert pairs([one], [Statement("a", "satu dua tiga")], text) == []


@pytest.mark.parametrize(
    ("changed", "text", "problem"),
    [
        ({}, TEXT + " ", None),
        ({}, TEXT + "!", "another text"),
        ({"id": "c"}, TEXT, "no article c"),
        ({"half": "third"}, TEXT, "no half that is known"),
        ({"statements": [{"start": 1}]}, TEXT, "no labelled article"),
        ({"statements": [label("Airnya", "nya.", end=9999)]}, TEXT, "not within its text"),
    ],
)
def test_labels_must_fit_their_texts(
    files: Callable[..., tuple[Path, Path]], changed: dict[str, Any], text: str, problem: str | None
) -> None:
    labels, news = files(ARTICLE | changed, text)
    if problem is None:
        assert texts(news, labelled(labels))["a"].text == TEXT
        return
    with pytest.raises(InputError, match=problem):
        texts(news, labelled(labels))


def test_a_file_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        labelled(tmp_path / "absent.jsonl")


@pytest.mark.parametrize("line", ["[1]", '"a"', "7", "[" * 100_000])
def test_a_line_that_is_no_object_is_told(tmp_path: Path, line: str) -> None:
    (tmp_path / "labels.jsonl").write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match="JSON"):
        labelled(tmp_path / "labels.jsonl")


def test_an_article_without_a_text_is_absent(files: Callable[..., tuple[Path, Path]], tmp_path: Path) -> None:
    labels, _ = files()
    (tmp_path / "bare.jsonl").write_text('{"id": "a", "lang": "id"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="has no article a"):
        texts(tmp_path / "bare.jsonl", labelled(labels))


def test_the_published_labels_are_whole_and_hold_no_text() -> None:
    articles = labelled(LABELS)
    halves = {half: sum(len(each.labels) for each in articles if each.half == half) for half in HALVES}
    assert sum(halves.values()) >= 300
    assert min(halves.values()) >= 150
    assert all(len(each.sha256) == 64 and each.id.startswith("news-") for each in articles)
    allowed = {"id", "sha256", "half", "statements"}
    assert all(json.loads(line).keys() == allowed for line in LABELS.read_text(encoding="utf-8").splitlines())
