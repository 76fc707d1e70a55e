"""Message templates as the platform keeps them: listed, and what it refuses to send with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from periksa.web.fake_graph.limits import Json, Violation

MISSING, COUNT = 132001, 132000


@dataclass(frozen=True, slots=True)
class Template:
    """One template in one language. Variables stand in `body` as {{1}}, {{2}} …"""

    name: str
    language: str
    body: str
    buttons: tuple[str, ...] = ()
    """Titles of its quick replies."""
    status: str = "APPROVED"
    category: str = "UTILITY"

    def listed(self) -> Json:
        """As an element of `message_templates`."""
        buttons = [{"type": "QUICK_REPLY", "text": title} for title in self.buttons]
        components: list[Json] = [{"type": "BODY", "text": self.body}]
        return {
            "id": f"{self.name}-{self.language}",
            "name": self.name,
            "language": self.language,
            "status": self.status,
            "category": self.category,
            "components": components + ([{"type": "BUTTONS", "buttons": buttons}] if buttons else []),
        }

    @property
    def variables(self) -> int:
        """How many texts have to be filled in."""
        return len(set(re.findall(r"\{\{(\w+)\}\}", self.body)))


READY = (
    Template("periksa_jawaban", "id", "Ada jawaban untuk pertanyaan Anda. Ketuk tombol untuk membacanya.", ("Lihat",)),
    Template("periksa_jawaban", "en", "There is an answer to your question. Tap the button to read it.", ("Read it",)),
    Template("periksa_kabar", "id", "Cek fakta terbaru: {{1}} Baca di {{2}} sekarang.", category="MARKETING"),
    Template("periksa_kabar", "en", "A new fact-check: {{1}} Read it at {{2}} now.", category="MARKETING"),
)
"""What a business number needs for late answers and for broadcasts, in two languages; `periksa fake-graph` has them."""


def check_template(message: Json, known: Sequence[Template]) -> None:
    """Raises: Violation, if `message` sends a template that is not among `known` or is filled in wrongly."""
    sent = message.get("template")
    if message.get("type") != "template" or not isinstance(sent, dict) or not known:
        return
    language = sent.get("language")
    code = language.get("code") if isinstance(language, dict) else None
    meant = [one for one in known if (one.name, one.language) == (sent.get("name"), code) and one.status == "APPROVED"]
    if not meant:
        raise Violation(MISSING, "there is no approved template of this name and language")
    if _filled(sent) != meant[0].variables:
        raise Violation(COUNT, f"the body has {meant[0].variables} variables, {_filled(sent)} were given")


def _filled(sent: Json) -> int:
    components = sent.get("components")
    bodies = [one for one in components if one.get("type") == "body"] if isinstance(components, list) else []
    return sum(len(one.get("parameters") or ()) for one in bodies)
