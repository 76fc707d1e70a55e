"""A Telegram of our own on this machine: keeps updates until they are confirmed, refuses what the Bot API refuses."""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

TOKEN = "70001:AAuji-token-rahasia"
RINA = 5001001
BLOCKED = 5001666
NOBODY = 5001404
FILE = b"\xff\xd8 gambar uji " * 4096
Answer = dict[str, Any]


def person(**changes: Any) -> Answer:
    return {"id": RINA, "is_bot": False, "first_name": "Rina", "language_code": "id"} | changes


def private(chat: int = RINA) -> Answer:
    return {"id": chat, "type": "private", "first_name": "Rina"}


def written(number: int, chat: int = RINA, **parts: Any) -> Answer:
    """A message as Telegram brings it."""
    return {"message_id": number, "from": person(id=chat), "chat": private(chat), "date": 1772352000, **parts}


class Hang(Exception):
    """Never answer; with `after`, once the request was done."""

    def __init__(self, after: bool) -> None:
        self.after = after


@dataclass
class FakeTelegram:
    token: str = TOKEN
    waiting: list[Answer] = field(default_factory=list)
    """Updates nobody confirmed yet."""
    sent: list[Answer] = field(default_factory=list)
    calls: list[tuple[str, Answer]] = field(default_factory=list)
    faults: deque[Response | Hang] = field(default_factory=deque)
    webhook: str = ""
    secret: str = ""
    trouble: str = ""
    number: int = 700
    """Of the update or message given last."""
    polls: int = 0

    def bring(self, **update: Any) -> int:
        """Something happened; it waits to be asked for. Its number."""
        self.number += 1
        self.waiting.append({"update_id": self.number, **update})
        return self.number

    def fail(self, fault: Response | Hang) -> None:
        """What the next call gets."""
        self.faults.append(fault)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        await (await self._answer(request))(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        if path == f"/file/bot{self.token}/photos/file_1.jpg":
            return self.faults.popleft() if self.faults else Response(FILE)  # type: ignore[return-value]
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", path)
        if not found or not re.fullmatch(r"\d+:[\w-]+", found[1]):
            return refused(404, "Not Found")
        if found[1] != self.token:
            return refused(401, "Unauthorized")
        body = json.loads(await request.body() or b"{}")
        self.calls.append((found[2], body))
        fault = self.faults.popleft() if self.faults else None
        if isinstance(fault, Response):
            return fault
        if fault and not fault.after:
            await asyncio.sleep(30)
        answer: Response = await getattr(self, f"_{found[2]}")(body)
        if fault:
            await asyncio.sleep(30)
        return answer

    async def _getUpdates(self, body: Answer) -> Response:
        if self.webhook:
            return refused(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook")
        self.polls += 1
        mine = self.polls
        self.waiting = [update for update in self.waiting if update["update_id"] >= body.get("offset", 0)]
        for _ in range(int(body["timeout"] * 50) + 1):
            if self.polls != mine:
                other = "terminated by other getUpdates request; make sure that only one bot instance is running"
                return refused(409, f"Conflict: {other}")
            if self.waiting:
                break
            await asyncio.sleep(0.02)
        return done([one for one in self.waiting if one.keys() & set(body["allowed_updates"])][:100])

    async def _sendMessage(self, body: Answer) -> Response:
        if body["chat_id"] == BLOCKED:
            return refused(403, "Forbidden: bot was blocked by the user")
        if body["chat_id"] == NOBODY:
            return refused(400, "Bad Request: chat not found")
        wrong = next((sentence for wrong, sentence in RULES if wrong(body)), "")
        if wrong:
            return refused(400, f"Bad Request: {wrong}")
        self.number += 1
        self.sent.append(body)
        return done({"message_id": self.number, "chat": private(body["chat_id"]), "date": 1772352000})

    async def _answerCallbackQuery(self, body: Answer) -> Response:
        return done(True)

    async def _sendChatAction(self, body: Answer) -> Response:
        return done(True)

    async def _getMe(self, body: Answer) -> Response:
        return done({"id": 70001, "is_bot": True, "username": "cekfaktauji_bot"})

    async def _getFile(self, body: Answer) -> Response:
        if body["file_id"] != "f-1":
            return refused(400, "Bad Request: invalid file_id")
        return done({"file_id": "f-1", "file_size": len(FILE), "file_path": "photos/file_1.jpg"})

    async def _setWebhook(self, body: Answer) -> Response:
        if not body["url"].startswith("https://") or not re.fullmatch(r"[\w-]{1,256}", body["secret_token"]):
            return refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook, self.secret = body["url"], body["secret_token"]
        return done(True)

    async def _getWebhookInfo(self, body: Answer) -> Response:
        trouble = {"last_error_message": self.trouble} if self.trouble else {}
        return done({"url": self.webhook, "pending_update_count": len(self.waiting), **trouble})


def done(result: Any) -> Response:
    return JSONResponse({"ok": True, "result": result})


def refused(status: int, sentence: str, **more: Any) -> Response:
    return JSONResponse({"ok": False, "error_code": status, "description": sentence, **more}, status)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def buttons(body: Answer) -> list[Answer]:
    return [button for row in body.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


RULES: list[tuple[Callable[[Answer], object], str]] = [
    (lambda body: not body["text"].strip(), "message text is empty"),
    (lambda body: units(body["text"]) > 4096, "message is too long"),
    (lambda body: "parse_mode" in body, "can't parse entities"),
    (
        lambda body: any(not 1 <= len(button["callback_data"].encode()) <= 64 for button in buttons(body)),
        "BUTTON_DATA_INVALID",
    ),
    (lambda body: any(not button["text"].strip() for button in buttons(body)), "BUTTON_TEXT_INVALID"),
    (
        lambda body: any(
            entity["length"] < 1 or entity["offset"] + entity["length"] > units(body["text"])
            for entity in body.get("entities", [])
        ),
        "ENTITY_BOUNDS_INVALID",
    ),
    (
        lambda body: "reply_parameters" in body and not body["reply_parameters"]["allow_sending_without_reply"],
        "message to be replied not found",
    ),
]
"""What makes a message wrong, and what the Bot API says then."""
