"""Options of `corridor app`: bounds, addresses that other machines can reach, and how wrong calls end."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from corridor.experiments.app.options import AppOptions, is_loopback
from corridor.experiments.app.server import listen
from corridor.model.engine.errors import InputError
from tests.support.batches import ended


def test_only_this_machine_is_listened_to_unless_hosts_are_named() -> None:
    assert AppOptions().host == "127.0.0.1"
    assert AppOptions().hosts == {"localhost", "127.0.0.1", "[::1]"}
    with pytest.raises(InputError, match="--allow-host"):
        AppOptions(host="0.0.0.0")
    open_one = AppOptions(host="0.0.0.0", allowed_hosts=("Corridor.example.org",))
    assert "corridor.example.org" in open_one.hosts


@pytest.mark.parametrize(("host", "own"), [("::1", True), ("127.0.0.9", True), ("10.0.0.1", False), ("x.org", False)])
def test_which_addresses_are_of_this_machine_alone(host: str, own: bool) -> None:
    assert is_loopback(host) is own


def test_all_mistakes_are_reported_at_once() -> None:
    with pytest.raises(InputError) as refused:
        AppOptions(Path("no such"), port=70000, visitors=0, draws=10**6, scale=0.5, jobs=-1, allowed_hosts=("a/b",))
    assert len(refused.value.problems) == 7


def test_a_port_that_is_taken_is_reported() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match="--port"):
            listen(AppOptions(port=taken.getsockname()[1]))


@pytest.mark.parametrize(
    "arguments", [["no/such/folder"], ["--port", "99999"], ["--host", "0.0.0.0"], ["--visitors", "0"], ["--colour"]]
)
def test_a_wrong_call_ends_with_code_2(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert ended("app", *arguments) == 2
    said = capsys.readouterr().err
    assert said
    assert "Traceback" not in said


def test_help_lists_the_bounds(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("app", "--help") == 0
    assert "--visitors" in capsys.readouterr().out
