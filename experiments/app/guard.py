"""What stands before the page: which hosts, origins, paths and visitors are let in, and what every answer says.

It is ASGI, so that it sees each request and each WebSocket before Solara does. Files that a browser needs are answered
from this package; Solara's own way, which fetches them from another host, is never reached.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from corridor.experiments.app.address import read_query
from corridor.experiments.app.html import problem_list
from corridor.experiments.app.options import AppOptions
from corridor.model.engine.errors import InputError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

SERVED = Path(__file__).parent / "assets" / "served"
FILES = re.compile(r"/_solara/cdn/(?:@?[\w.-]+/)?[\w.-]+@[\w.-]+/(?:dist/)?([\w.-]+)")
KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
PASSED = re.compile(r"/(?:static/(?!public)|jupyter/nbextensions/)[\w./-]+")
CLOSE = re.compile(r"/_solara/api/close/[\w-]{1,64}")
KERNEL = re.compile(r"/jupyter/api/kernels/([\w-]{1,64})/channels")
HEADERS = {
    "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}
MENDED = (  # in Solara's page: its language, and a view that may be enlarged
    ("<html>", '<html lang="en">'),
    (", maximum-scale=1, user-scalable=no, minimal-ui", ""),
)


class Guard:
    """Lets in what is allowed. `kernels` names the visitors that are there."""

    def __init__(self, page: Application, options: AppOptions, kernels: Callable[[], Collection[str]]) -> None:
        self.page, self.options, self.kernels = page, options, kernels
        self.entering: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, refuse it in words, or hand it on."""
        if scope["type"] == "http":
            await self.request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self.connection(scope, receive, send)
        else:
            await self.page(scope, receive, send)

    async def request(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One HTTP request."""
        path, method = scope["path"], scope["method"]
        if problem := self.stranger(scope):
            await answer(send, 403, refusal("Refused", [problem]))
        elif method == "POST" and CLOSE.fullmatch(path):
            await self.page(scope, receive, send)
        elif method not in ("GET", "HEAD"):
            await answer(send, 405, refusal("Not allowed", [f"{method} is not allowed; GET"]))
        elif file := FILES.fullmatch(path):
            await served_file(send, file[1])
        elif path == "/":
            await self.front(scope, receive, send)
        elif ".." not in path and PASSED.fullmatch(path):
            await self.page(scope, receive, with_headers(send))
        else:
            await answer(send, 404, refusal("Not found", ["There is one page here, at /"]))

    async def front(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The page itself: its address is read first, and there must be room."""
        try:
            read_query(scope["query_string"].decode("ascii", "replace"))
        except InputError as error:
            await answer(send, 400, refusal("This address cannot be read", error.problems))
            return
        if self.full():
            most = self.options.visitors
            text = (
                f"{most} {'visitor is' if most == 1 else 'visitors are'} here, as many as there may be; try again soon"
            )
            await answer(send, 503, refusal("No room", [text]))
            return
        await self.page(scope, receive, mended(send))

    async def connection(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One WebSocket, which is a visitor."""
        kernel = KERNEL.fullmatch(scope["path"])
        refused = self.stranger(scope) or (None if header(scope, "origin") else "no origin")
        if refused or not kernel or (self.full() and kernel[1] not in self.kernels()):
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
            return
        self.entering.add(kernel[1])
        try:
            await self.page(scope, receive, send)
        finally:
            self.entering.discard(kernel[1])

    def full(self) -> bool:
        """Whether as many visitors are here as may be."""
        return len(self.entering | set(self.kernels())) >= self.options.visitors

    def stranger(self, scope: Scope) -> str:
        """Why a request is refused: it asks for another host, or comes from a page of one; empty if it may pass."""
        host = header(scope, "host")
        if name_of(f"//{host}") not in self.options.hosts:
            return f"Host {host!r} is not one of this page; see --allow-host"
        origin = header(scope, "origin")
        if origin and urlsplit(origin).netloc.lower() != host.lower():
            return f"Requests from pages of {origin!r} are refused"
        return ""


def name_of(address: str) -> str:
    """The name of the host in an address, without the port; empty where there is none."""
    try:
        name = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return f"[{name}]" if ":" in name else name


def header(scope: Scope, name: str) -> str:
    """A header of a request; empty where it is missing or given twice."""
    values = [value for key, value in scope["headers"] if key == name.encode()]
    return values[0].decode("latin-1") if len(values) == 1 else ""


def refusal(title: str, problems: Collection[str]) -> bytes:
    """A page that says why."""
    text = Markup(
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{0}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" '
        'content="light dark"></head><body style="font-family:system-ui,sans-serif;max-width:44rem;margin:2rem auto;'
        'padding:0 1rem"><main><h1>{0}</h1>{1}<p><a href="/">To the page</a></p></main></body></html>'
    )
    return text.format(title, problem_list(list(problems))).encode()


async def answer(send: Send, status: int, body: bytes, **more: str) -> None:
    """A whole answer."""
    headers = {"content-type": "text/html; charset=utf-8", "cache-control": "no-store", **HEADERS}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    headers["content-length"] = str(len(body))
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


async def served_file(send: Send, name: str) -> None:
    """A file that ships with the page, compressed as it is stored; fonts, which the page does not use, are none."""
    path = SERVED / f"{name}.gz"
    kind = KINDS.get(Path(name).suffix)
    if kind is None:
        await answer(send, 404, refusal("Not found", [f"{name} is not served"]))
        return
    body, encoded = (path.read_bytes(), {"content_encoding": "gzip"}) if path.is_file() else (b"", {})
    await answer(send, 200, body, content_type=kind, cache_control="max-age=86400", **encoded)


def with_headers(send: Send) -> Send:
    """Answers of the page with our headers."""

    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            kept = [(key, value) for key, value in message["headers"] if key.decode() not in HEADERS]
            added = [(key.encode(), value.encode()) for key, value in HEADERS.items()]
            message = {**message, "headers": [*kept, *added]}
        await send(message)

    return sending


def mended(send: Send) -> Send:
    """Solara's page with our headers, its language, and a view that may be enlarged."""
    start: MutableMapping[str, Any] = {}
    body = bytearray()
    passing = with_headers(send)

    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
            return
        body.extend(message.get("body", b""))
        if message.get("more_body"):
            return
        text = body.decode()
        for old, new in MENDED:
            text = text.replace(old, new, 1)
        whole = text.encode()
        kept = [(key, value) for key, value in start["headers"] if key != b"content-length"]
        length = (b"content-length", str(len(whole)).encode())
        await passing({**start, "headers": [*kept, length, (b"cache-control", b"no-store")]})
        await send({"type": "http.response.body", "body": whole})

    return sending
