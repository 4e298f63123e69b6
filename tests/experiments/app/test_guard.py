"""The guard of the page: hosts, origins, paths, visitors, and what is served from this package."""

from __future__ import annotations

import asyncio
import gzip
import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from corridor.experiments.app.guard import HEADERS, SERVED, Guard
from corridor.experiments.app.options import AppOptions

OWN = "127.0.0.1:8765"
KERNEL = "/jupyter/api/kernels/abc-1/channels"


class Behind:
    """What the guard hands on to."""

    def __init__(self) -> None:
        self.reached: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.reached.append(scope["path"])
        if scope["type"] == "http":
            headers = [(b"content-length", b"31"), (b"x-frame-options", b"ALLOW")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"<html>", "more_body": True})
            await send({"type": "http.response.body", "body": b"<head></head></html>"})
        else:
            await send({"type": "websocket.accept"})


def asked(path: str, *, kind: str = "http", visitors: tuple[str, ...] = (), **headers: str) -> tuple[Behind, list[Any]]:
    """What the guard sends for a request with these headers (`host` is our own unless given)."""
    behind, sent = Behind(), []
    guard = Guard(behind, AppOptions(visitors=2, allowed_hosts=("corridor.example.org",)), lambda: visitors)
    given = {"host": OWN, **headers}
    method = given.pop("method", "GET")
    target, _, query = path.partition("?")
    scope = {
        "type": kind,
        "method": method,
        "path": target,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(guard(scope, receive, send))
    return behind, sent


def status(path: str, **headers: Any) -> int:
    return int(asked(path, **headers)[1][0]["status"])


@pytest.mark.parametrize("host", [OWN, "localhost:1", "[::1]:8765", "corridor.example.org", "LOCALHOST"])
def test_own_hosts_are_answered(host: str) -> None:
    assert status("/", host=host) == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "", "[::1", "a b"]
)
def test_other_hosts_are_refused(host: str) -> None:
    behind, sent = asked("/", host=host)
    assert sent[0]["status"] == 403
    assert b"--allow-host" in sent[1]["body"]
    assert behind.reached == []


def test_pages_of_other_origins_are_refused() -> None:
    assert status("/", origin="http://evil.example") == 403
    assert status("/", origin="null") == 403
    assert status("/", origin=f"http://{OWN}") == 200
    assert status("/", origin="http://127.0.0.1:9999") == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1:1"])
def test_a_socket_from_another_origin_is_closed(origin: str) -> None:
    behind, sent = asked(KERNEL, kind="websocket", **({"origin": origin} if origin else {}))
    assert behind.reached == []
    assert sent == [{"type": "websocket.close", "code": 1008, "reason": "refused"}]


def test_as_many_visitors_as_allowed_are_let_in() -> None:
    own = {"origin": f"http://{OWN}"}
    assert asked(KERNEL, kind="websocket", visitors=("x",), **own)[0].reached == [KERNEL]
    assert asked(KERNEL, kind="websocket", visitors=("x", "y"), **own)[0].reached == []
    assert asked(KERNEL, kind="websocket", visitors=("x", "abc-1"), **own)[0].reached == [KERNEL]  # comes back
    behind, sent = asked("/", visitors=("x", "y"))
    assert sent[0]["status"] == 503
    assert b"2 visitors are here" in sent[1]["body"]
    assert behind.reached == []


@pytest.mark.parametrize(
    "path",
    [
        "/resourcez",
        "/readyz",
        "/static/public/../x",
        "/static/public/a.csv",
        "/static/../../etc/passwd",
        "/static/..%2f..%2fetc/passwd",
        "/jupyter/api/kernels/1",
        "/_solara/api/evict/1",
        "/etc/passwd",
        "/index.html",
        "//evil.example/",
    ],
)
def test_other_paths_are_not_found(path: str) -> None:
    behind, sent = asked(path)
    assert sent[0]["status"] == 404
    assert behind.reached == []


def test_nothing_is_written_to_the_page() -> None:
    assert status("/", method="POST") == 405
    assert status("/", method="PUT") == 405
    assert asked("/_solara/api/close/abc", method="POST")[0].reached == ["/_solara/api/close/abc"]
    assert status("/_solara/api/close/abc", method="POST", origin="http://evil.example") == 403


def test_a_bad_address_is_refused_and_escaped() -> None:
    behind, sent = asked("/?view=<script>")
    assert sent[0]["status"] == 400
    assert b"<script>" not in sent[1]["body"]
    assert b"&lt;script&gt;" in sent[1]["body"]
    assert behind.reached == []


def test_the_page_says_its_language_and_our_headers() -> None:
    _, (start, body) = asked("/?view=explore")
    headers = dict(start["headers"])
    assert body["body"] == b'<html lang="en"><head></head></html>'
    assert headers[b"content-length"] == str(len(body["body"])).encode()
    assert {name: headers[name.encode()].decode() for name in HEADERS} == HEADERS
    assert [name for name, _ in start["headers"]].count(b"x-frame-options") == 1


def test_files_of_the_browser_are_served_from_this_package() -> None:
    behind, (start, body) = asked("/_solara/cdn/requirejs@2.3.6/require.js")
    assert behind.reached == []
    assert dict(start["headers"])[b"content-encoding"] == b"gzip"
    assert b"RequireJS 2.3.6" in gzip.decompress(body["body"])[:200]
    fonts = asked("/_solara/cdn/@widgetti/solara-vuetify-app@10.1.1/dist/fonts.css")[1]
    assert (fonts[0]["status"], fonts[1]["body"]) == (200, b"")
    assert status("/_solara/cdn/x@1/a.woff2") == 404
    assert status("/_solara/cdn/x@1/..%2fguard.py") == 404
    assert status("/_solara/cdn/x@1/guard.py") == 404


def test_the_versions_that_solara_asks_for_are_those_that_ship() -> None:
    solara = importlib.util.find_spec("solara")  # to import it would take seconds
    if solara is None or solara.origin is None:
        pytest.skip("corridor-sim[app] is not installed")
    template = (Path(solara.origin).parent / "server" / "templates" / "solara.html.j2").read_text(encoding="utf-8")
    asked_for = set(re.findall(r"\{\{cdn\}\}/((?:@widgetti/solara-vuetify-app|requirejs)@[\d.]+)", template))
    licences = (SERVED.parent / "LICENCES.md").read_text(encoding="utf-8")
    assert len(asked_for) == 2
    assert all(name in licences for name in asked_for)
    assert {path.name for path in SERVED.iterdir()} == {
        "main8.css.gz", "require.js.gz", "solara-vuetify-app8.min.js.gz", "LICENSES.txt.gz",
    }  # fmt: skip
