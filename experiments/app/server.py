"""The server of the page: Solara behind the guard, with its telemetry off and bounds on visitors."""

from __future__ import annotations

import importlib
import os
import socket
import threading
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from corridor.experiments.app.guard import Guard
from corridor.experiments.app.options import AppOptions
from corridor.experiments.app.play.draws import DrawPool
from corridor.experiments.app.play.ground import GroundSpec, ground_of
from corridor.experiments.app.play.session import Pasts, Shared
from corridor.experiments.execution.errors import RunError
from corridor.model.engine.errors import InputError

NEEDS = ("solara.server.starlette", "uvicorn", "ipyvuetify")
MISSING = "the page needs more packages; install them with: pip install 'corridor-sim[app]'"
ASSETS = Path(__file__).parent / "assets"
LARGEST_MESSAGE = 200_000  # bytes that a browser may send at once
SETTINGS = {
    "SOLARA_APP": "corridor.experiments.app.page",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_MODE": "production",
    "SOLARA_THEME_VARIANT": "light",  # of Vuetify, of which nothing is seen: custom.css follows the browser
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_TITLE": "Corridor",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False",
    "SOLARA_ASSETS_PROXY": "True",
    "SOLARA_ASSETS_PROXY_CACHE_DIR": str(ASSETS / "served"),
    "SOLARA_SESSION_HTTP_ONLY": "True",
    "SOLARA_SERVER_HTTP_GZIP": "False",
    "SOLARA_KERNEL_MAX_PER_SESSION": "0",
}


class AppServer:
    """The page, served until it is stopped. `shared` is what all visitors share."""

    current: AppServer | None = None

    def __init__(self, options: AppOptions, spec: GroundSpec | None = None) -> None:
        self.options = options
        self.spec = spec or GroundSpec(options.draws, options.scale)
        self._shared: Shared | None = None
        self._lock = threading.Lock()
        AppServer.current = self

    @property
    def shared(self) -> Shared:
        """The draws and their processes, read once."""
        with self._lock:
            if self._shared is None:
                ground = ground_of(self.spec)
                self._shared = Shared(ground, Pasts(ground), DrawPool(ground, self.options.processes))
            return self._shared

    def application(self) -> Guard:
        """The guarded page. Raises RunError where the packages that it needs are missing."""
        os.environ.update(SETTINGS, SOLARA_KERNEL_CULL_TIMEOUT=f"{self.options.cull_seconds:g}s")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                starlette, *_ = [importlib.import_module(name) for name in NEEDS]
                from solara.server import kernel_context, settings
            except ImportError as error:
                raise RunError(f"{MISSING} ({error})", 2) from None
        settings.assets.extra_locations = [str(ASSETS)]  # where custom.css is
        return Guard(starlette.app, self.options, lambda: list(kernel_context.contexts))

    def serve(self, started: Callable[[AppOptions], None]) -> None:
        """Serve until Ctrl-C; `started` is called when the address answers. Raises InputError where it is taken."""
        import uvicorn

        application = self.application()
        listening = listen(self.options)
        config = uvicorn.Config(
            application,
            log_level="error",
            access_log=False,
            server_header=False,
            ws_max_size=LARGEST_MESSAGE,
            timeout_graceful_shutdown=1,
            limit_concurrency=50 + 10 * self.options.visitors,
        )
        threading.Thread(target=lambda: self.shared, daemon=True, name="corridor-ground").start()
        started(replace(self.options, port=listening.getsockname()[1]))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of Solara, on cookies without https
            try:
                uvicorn.Server(config).run(sockets=[listening])
            finally:
                self.close()

    def close(self) -> None:
        """End the processes of draws."""
        if self._shared is not None:
            self._shared.pool.close()
            self._shared = None


def listen(options: AppOptions) -> socket.socket:
    """A socket at the address. Raises InputError where it cannot be had."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((options.host, options.port))
        found.listen(128)  # a browser that comes now is answered in a moment
    except OSError as error:
        found.close()
        reason = error.strerror or str(error)
        raise InputError([f"--host {options.host}, --port {options.port}: {reason}"]) from None
    return found
