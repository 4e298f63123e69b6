"""What the page is served with: the folder of results, the address, and the bounds on visitors and work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from corridor.model.engine.errors import InputError

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
MOST_VISITORS, MOST_DRAWS = 100, 256
RUNS = Path("results", "runs")


@dataclass(frozen=True)
class AppOptions:
    """Options of the page, checked. `allowed_hosts` are names beside those of this machine under which it may be asked
    for; `draws` is how many draws an effect is made from, `scale` the people per agent, `jobs` the processes."""

    folder: Path = RUNS
    host: str = "127.0.0.1"
    port: int = 8765
    allowed_hosts: tuple[str, ...] = ()
    visitors: int = 8
    draws: int = 64
    scale: float = 10.0
    jobs: int = 0
    cull_seconds: float = 20.0

    def __post_init__(self) -> None:
        if problems := list(self.problems()):
            raise InputError(problems)

    def problems(self) -> Iterator[str]:
        """What is not allowed, in words."""
        if self.folder != RUNS and not self.folder.is_dir():
            yield f"{self.folder}: is no folder; give the folder of a result, or one that holds several"
        if not 0 <= self.port <= 65535:
            yield f"--port: {self.port} is not allowed; 1 to 65535, or 0 for any that is free"
        if not is_loopback(self.host) and not self.allowed_hosts:
            yield (
                f"--host: {self.host} can be reached from other machines; name the hosts under which the page may be "
                "asked for (--allow-host NAME), and put it behind a login (experiments/app/README.md)"
            )
        for name in self.allowed_hosts:
            if not name or any(character in name for character in "/*@ ?#"):
                yield f"--allow-host: {name!r} is not allowed; the name of a host, as in corridor.example.org"
        for option, value, most in (("--visitors", self.visitors, MOST_VISITORS), ("--draws", self.draws, MOST_DRAWS)):
            if not 1 <= value <= most:
                yield f"{option}: {value} is not allowed; 1 to {most}"
        if not 5.0 <= self.scale <= 50.0:
            yield f"--scale: {self.scale:g} is not allowed; 5 to 50 people per agent (draws are fitted at 10)"
        if self.jobs < 0:
            yield f"--jobs: {self.jobs} is not allowed; 1 or more processes, or 0 for as many as cores"

    @property
    def processes(self) -> int:
        """How many processes make draws: as many as cores unless it is said."""
        return self.jobs or os.cpu_count() or 1

    @property
    def hosts(self) -> frozenset[str]:
        """Names of hosts that the page answers to, without their port."""
        return frozenset(name.lower() for name in (*LOOPBACK, *self.allowed_hosts))

    @property
    def address(self) -> str:
        """Where a browser finds the page."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
