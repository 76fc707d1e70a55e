"""Fact-check tipline: a message in, the published answer out."""
