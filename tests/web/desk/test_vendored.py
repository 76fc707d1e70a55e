"""Files of others that browsers get from us stand here as they were published."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files

import pytest

VENDORED = {
    "htmx.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    "hx-sse.min.js": "18ef2761356ec1fe0bb6d92612315b37517a7c1e9856b661c5ae81fef239d103",
}
"""SHA-256 of `dist/` of htmx.org 4.0.1 (0BSD); docs/decisions.md says why it is here."""


@pytest.mark.parametrize("name", VENDORED)
def test_nobody_has_touched_it(name: str) -> None:
    content = files("periksa.web.desk").joinpath("static", name).read_bytes()
    assert sha256(content).hexdigest() == VENDORED[name]
