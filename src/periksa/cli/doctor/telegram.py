"""Checks of Telegram: its settings, and with --online the platform itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from periksa.cli.doctor.row import Row, State

if TYPE_CHECKING:
    from periksa.config import TelegramSettings


def complete(telegram: TelegramSettings) -> Row:
    """Whether it is on, and how messages come."""
    if not telegram.on:
        return Row("Telegram", State.OK, "off: telegram.token is not set")
    return Row("Telegram", State.OK, f"on, {'by webhook' if telegram.webhook else 'asked for messages'}")


def online(telegram: TelegramSettings) -> Row:
    """Whether the platform knows our token, and brings messages to where we wait for them."""
    from periksa.channels.telegram import Telegram
    from periksa.errors import PollError

    bot = Telegram(telegram.token.get_secret_value(), telegram.api_url)
    try:
        name, webhook, trouble = bot.standing()
    except PollError as error:
        return Row("Bot API", State.PROBLEM, str(error))
    finally:
        bot.close()
    if webhook != telegram.webhook:
        there = f"messages for @{name} go to {'another webhook' if webhook else 'no webhook'}"
        advice = "Start `periksa serve`, which says where we are." if telegram.webhook else REMOVE
        return Row("Bot API", State.PROBLEM, there, advice)
    if trouble:
        advice = "Look at what stands between Telegram and `periksa serve`."
        return Row("Bot API", State.WARNING, f"could not bring its last message: {trouble}", advice)
    return Row("Bot API", State.OK, f"knows us as @{name}")


REMOVE = "Set telegram.webhook, or remove the webhook (docs/telegram.md)."
