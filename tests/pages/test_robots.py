from __future__ import annotations

import time

import pytest

from periksa.pages.robots import LONGEST_DELAY, MOST_RULES, read

WORDPRESS = b"""User-agent: *
Disallow: /wp-admin/
Allow: /wp-admin/admin-ajax.php
Sitemap: https://kabar.example/sitemap.xml
"""


@pytest.mark.parametrize(
    ("robots", "path", "allowed"),
    [
        ("", "/cek", True),
        ("User-agent: *\nDisallow:", "/cek", True),
        ("User-agent: *\nDisallow: /", "/cek", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("User-agent: *\nDisallow: /cek", "/cek-fakta", False),
        ("User-agent: *\nDisallow: /cek/", "/cek", True),
        ("User-agent: *\nDisallow: /Cek", "/cek", True),
        # the longest rule, wherever it stands; allow in a draw
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a/b\nDisallow: /a", "/a/c", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        # a group of our own leaves out everybody's, and several of them are one
        ("User-agent: *\nDisallow: /\n\nUser-agent: periksa\nDisallow: /arsip", "/cek", True),
        ("User-agent: Periksa/1\nDisallow: /a\n\nUser-agent: *\n\n\nUser-agent: PERIKSA\nDisallow: /b", "/b", 0),
        ("User-agent: periksa\nUser-agent: lain\nDisallow: /b", "/b", False),
        ("User-agent: periksaan\nDisallow: /", "/cek", True),
        ("User-agent: lain\nDisallow: /", "/cek", True),
        # * and $
        ("User-agent: *\nDisallow: /*?s=", "/?s=vaksin", False),
        ("User-agent: *\nDisallow: /*?s=", "/cek?p=1", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf?x=1", True),
        ("User-agent: *\nDisallow: /$", "/", False),
        ("User-agent: *\nDisallow: /$", "/cek", True),
        ("User-agent: *\nDisallow: /a*b*c$", "/a-b-c-c", False),
        ("User-agent: *\nDisallow: /ab*b$", "/ab", True),
        # one path, several spellings
        ("User-agent: *\nDisallow: /cek%2dfakta", "/cek-fakta", False),
        ("User-agent: *\nDisallow: /caf\u00e9", "/caf%C3%A9/x", False),
        ("User-agent: *\nDisallow: /a%2Fb", "/a/b", True),
        ("User-agent: *\nDisallow: /a%2fb", "/a%2Fb", False),
        # as people write it
        ("\ufeffUser-agent:*\r\nDISALLOW :/cek # all of it\r\n", "/cek", False),
        ("User-agent: *\rDisallow: /cek\r", "/cek", False),
        ("User-agent: *\n\nCrawl-delay: 5\n\nDisallow: /cek", "/cek", False),
        ("Disallow: /\nUser-agent: *\nDisallow: /a", "/cek", True),
        ("<html><body>Maaf: halaman: tidak ada</body></html>", "/cek", True),
        ("User-agent: *\nDisallow: /cek\x00", "/cek", True),
    ],
)  # fmt: skip
def test_who_may_fetch_what(robots: str, path: str, allowed: bool):
    assert read(robots.encode(), "periksa").allows(path) == allowed


def test_wordpress_as_it_comes():
    rules = read(WORDPRESS, "periksa")
    paths = ["/wp-admin/", "/wp-admin/admin-ajax.php", "/wp-json/wp/v2/posts?page=2"]
    assert [rules.allows(path) for path in paths] == [False, True, True]


@pytest.mark.parametrize(
    ("said", "delay"),
    [("5", 5), ("0.5", 0.5), ("86400", LONGEST_DELAY), ("soon", 0), ("-3", 0), ("\u0665", 0), ("inf", 0)],
)
def test_a_delay_is_kept_within_reason(said: str, delay: float):
    assert read(f"User-agent: *\nCrawl-delay: {said}\nDisallow: /a".encode(), "periksa").delay == delay


def test_hostile_rules_cost_little():
    lines = [b"Disallow: /" + b"*a" * 500 + b"$"] * 400 + [b"Allow: /b"] * 100_000
    rules = read(b"User-agent: *\n" + b"\n".join(lines), "periksa")
    assert len(rules.rules) <= MOST_RULES
    began = time.process_time()
    assert rules.allows("/" + "a" * 1500 + "b")
    assert time.process_time() - began < 0.5
    assert read(bytes(range(256)) * 1000, "periksa").allows("/cek")
