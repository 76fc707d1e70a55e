"""What a reply of ours told of a fact-check, read back from its words."""

from __future__ import annotations

from periksa.answers import word
from periksa.lang import LANGUAGES
from periksa.model import Article, ArticleKind

CLAIM_BEGINS = tuple(lang.say["claim"].partition("{")[0] for lang in LANGUAGES.values())
"""How the claim is told, in every language."""


def holds(text: str, article: Article | None) -> bool:
    """Whether it says what the fact-check says: rating and claim stand in it as they are now."""
    if article is None or article.kind is not ArticleKind.FACT_CHECK:
        return False
    return any(word.heading(article, code) in text for code in LANGUAGES)


def heading(text: str) -> str:
    """The rating and the claim, with nothing that was said to one person; "" where it tells no fact-check."""
    blocks = text.split("\n\n")
    at = next((at for at, block in enumerate(blocks) if block.startswith(CLAIM_BEGINS)), 0)
    return "\n".join(blocks[max(0, at - 1) : at + 1]).replace("*", "") if at else ""


def claim(text: str) -> str:
    """The claim; "" where it tells none, or its words are forgotten."""
    told = heading(text)
    return next((told.partition(begin)[2] for begin in CLAIM_BEGINS if begin in told), "")
