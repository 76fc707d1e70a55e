"""A fake Graph API for tests, benches and demos, on this machine: it refuses what the platform refuses.

An implementation of its own, which shares no code with the channel it tests. A sender sees
`POST /{version}/{phone number id}/messages`, `GET /{version}/{media id}` and
`GET /{version}/{business account id}/message_templates`. Whoever steers it uses `/deliver` (people write), `/subscribe`
(the handshake of webhooks), `/recorded` (what was sent) and `/faults` (what goes wrong next).
"""

from __future__ import annotations

from periksa.web.fake_graph.app import build, running, serve
from periksa.web.fake_graph.faults import Fault, FaultKind
from periksa.web.fake_graph.state import FakeGraph, Settings, Statuses
from periksa.web.fake_graph.templates import READY, Template

__all__ = ["READY", "FakeGraph", "Fault", "FaultKind", "Settings", "Statuses", "Template", "build", "running", "serve"]
