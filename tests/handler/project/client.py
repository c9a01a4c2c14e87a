"""An application as a server sees it: what a client says goes in, what it hears comes out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TIMEOUT_S = 20.0
Message = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(slots=True)
class Conversation:
    """One request. Its ``task`` is the server's."""

    application: Any
    scope: dict[str, Any]
    heard: list[Message] = field(default_factory=list)
    task: asyncio.Task[None] = field(init=False)
    _in: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    _out: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)

    def __post_init__(self) -> None:
        self.task = asyncio.create_task(self.application(self.scope, self._in.get, self._send))

    async def _send(self, message: Message) -> None:
        self.heard.append(message)
        self._out.put_nowait(message)

    def say(self, body: bytes = b"", *, more: bool = False) -> None:
        self._in.put_nowait({"type": "http.request", "body": body, "more_body": more})

    def leave(self) -> None:
        self._in.put_nowait({"type": "http.disconnect"})

    async def hear(self) -> Message:
        """The next message; what the application raises instead is raised."""
        message = asyncio.ensure_future(self._out.get())
        await asyncio.wait({message, self.task}, return_when=asyncio.FIRST_COMPLETED, timeout=TIMEOUT_S)
        if not message.done():
            message.cancel()
            await self.over()
            raise AssertionError("The application said nothing.")
        return message.result()

    async def hear_part(self) -> bytes:
        """The next part of the body."""
        while (message := await self.hear())["type"] != "http.response.body":
            pass
        body: bytes = message["body"]
        return body

    async def over(self) -> None:
        """The application has returned; what it raises is raised."""
        async with asyncio.timeout(TIMEOUT_S):
            await asyncio.shield(self.task)

    async def answer(self) -> Answer:
        await self.over()
        (head, *parts) = self.heard
        assert not parts[-1].get("more_body", False)
        return Answer(
            status=head["status"],
            headers={name.decode().lower(): value.decode("latin1") for name, value in head["headers"]},
            body=b"".join(part.get("body", b"") for part in parts),
        )


def scope(path: str, method: str = "GET", headers: Mapping[str, str] | None = None, **more: Any) -> Message:
    path, _, query = path.partition("?")
    given = {"host": "testserver", **(headers or {})}
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin1")) for name, value in given.items()],
        **more,
    }


@dataclass(frozen=True, slots=True)
class Site:
    """A handler with its settings in force."""

    application: Any

    @property
    def pool(self) -> Any:
        return self.application.pool

    def open(self, path: str = "/", **scoped: Any) -> Conversation:
        return Conversation(self.application, scope(path, **scoped))

    def ask(self, path: str = "/", body: bytes = b"", **scoped: Any) -> Conversation:
        """With the whole request said."""
        conversation = self.open(path, **scoped)
        conversation.say(body)
        return conversation

    async def get(self, path: str = "/", **scoped: Any) -> Answer:
        return await self.ask(path, **scoped).answer()

    async def post(self, path: str = "/", body: bytes = b"", **scoped: Any) -> Answer:
        return await self.ask(path, body, method="POST", **scoped).answer()
