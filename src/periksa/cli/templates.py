"""`periksa templates`: what the platform approved, which of it is chosen, and what to write where nothing is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from periksa.cli.installation import ConfigFile
from periksa.cli.screen import screen
from periksa.errors import ConfigError

if TYPE_CHECKING:
    from periksa.channels.whatsapp.templates import Approved
    from periksa.config import WhatsAppSettings

SUGGESTED = (
    ("id", "Ada jawaban untuk pertanyaan Anda. Ketuk tombol untuk membacanya.", "Lihat"),
    ("en", "There is an answer to your question. Tap the button to read it.", "Read it"),
)
"""Language, body and button of a template that the platform approves as "utility"."""


def run(config: ConfigFile = None) -> None:
    """List the message templates of the WhatsApp Business account, and check those that are chosen.

    A template is what somebody can be sent when more than 24 hours have passed since they wrote. Ends with 1 if a
    chosen one (`whatsapp.template` for late answers, `broadcast.template` for broadcasts) cannot be sent.
    """
    from periksa.config import load

    settings = load(config).config
    whatsapp, broadcast = settings.whatsapp, settings.broadcast
    found = _listed(whatsapp)
    chosen = [
        Chosen("late answers", whatsapp.template, whatsapp.languages, "whatsapp"),
        Chosen("broadcasts", broadcast.template, broadcast.languages, "broadcast"),
    ]
    for one in sorted(found, key=lambda one: (one.name, one.language)):
        screen().print(_shown(one, [each.use for each in chosen if each.means(one)]), soft_wrap=True)
    if not found:
        screen().print("The account has no templates yet.\n")
    troubles = [sentence for each in chosen for sentence in wrong(each, found)]
    for sentence in troubles or [_chosen(whatsapp)]:
        screen().print(sentence, soft_wrap=True)
    if troubles:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a template is chosen for, and by which settings."""

    use: str
    name: str
    languages: tuple[str, ...]
    section: str

    def means(self, one: Approved) -> bool:
        """Whether this is it, in one of its languages."""
        return one.name == self.name and one.language in self.languages

    def shape(self, one: Approved) -> str:
        """What it must have and has not."""
        if self.section == "broadcast":
            return "" if one.variables == 2 else "exactly two variables: the fact-check in one line, and its link"
        return "" if not one.variables and len(one.buttons) == 1 else "no variables and exactly one quick-reply button"


def wrong(chosen: Chosen, found: Iterable[Approved]) -> Iterable[str]:
    """Why the chosen template cannot be sent, language by language; nothing if it can, or none is chosen."""
    name, listed = chosen.name, {(one.name, one.language): one for one in found}
    for language in chosen.languages if name else ():
        meant = listed.get((name, language))
        if meant is None:
            setting = f"{chosen.section}.template_languages"
            yield f"Template {name!r} does not exist in {language!r}: create it, or change {setting}."
        elif meant.status != "APPROVED":
            yield f"Template {name!r} in {language!r} is {meant.status.lower()}: it cannot be sent before its approval."
        elif shape := chosen.shape(meant):
            yield f"Template {name!r} in {language!r} must have {shape}."


def _shown(one: Approved, uses: Iterable[str]) -> str:
    """A line about it, then its text and its buttons: tables of so many columns cannot be read on 80."""
    about = [f"{one.name} ({one.language}): {one.status.lower()}, {one.category.lower()}"]
    about += [f"chosen for {use}" for use in uses]
    buttons = "".join(f"  [{button}]" for button in one.buttons)
    return f"{'; '.join(about)}\n  {one.body}{buttons}\n"


def _listed(whatsapp: WhatsAppSettings) -> list[Approved]:
    from periksa.app import whatsapp_of

    if not whatsapp.on or not whatsapp.business_account_id:
        raise ConfigError(
            "Templates are listed with whatsapp.token, whatsapp.phone_number_id and whatsapp.business_account_id; "
            "set what is missing (WhatsApp Manager shows the ids)."
        )
    channel = whatsapp_of(whatsapp)
    try:
        return channel.templates(whatsapp.business_account_id)
    finally:
        channel.close()


def _chosen(whatsapp: WhatsAppSettings) -> str:
    if whatsapp.template:
        return "Late answers are announced by the chosen template."
    lines = [f"  {language}: {body}  [{button}]" for language, body, button in SUGGESTED]
    return (
        "No template is chosen: an answer that comes after 24 hours waits until the person writes again.\n"
        "Create one in the WhatsApp Manager, category utility, with one quick-reply button, for example\n"
        + "\n".join(lines)
        + "\nand when it is approved, set whatsapp.template to its name."
    )
