"""The library's pages and the chat before axe-core: both themes, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page
from tests.web.axe import violations
from tests.web.conftest import CHROMIUM, Server
from tests.web.public.conftest import DAM
from tests.web.public.test_library_browser import PATHS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no `chromium` on PATH: apt-get install chromium"),
]
SPEAKER = "/speakers/wening%20laksita"


@pytest.fixture(params=[("light", 1280), ("dark", 360)], ids=lambda param: f"{param[0]}-{param[1]}")
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    theme: Literal["light", "dark"]
    theme, width = request.param
    context = chromium.new_context(viewport={"width": width, "height": 800}, locale="id-ID", color_scheme=theme)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", [*PATHS, f"/articles/{DAM.id}", SPEAKER, "/", "/widget", "/nowhere"])
def test_nothing_breaks_a_rule(page: Page, server: Server, path: str) -> None:
    page.goto(f"{server.url}{path}")
    assert violations(page) == []
