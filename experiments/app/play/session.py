"""One visitor's play: two worlds of one draw, a thread that simulates them, and an effect that is waited for.

What all visitors share (`Shared`) is only read or guarded by locks; the worlds are the visitor's own. The thread ends
when the visitor leaves, at the latest after the day that it simulates.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from corridor.experiments.app.address import FIRST, PlaySettings
from corridor.experiments.app.play.draws import Block, DrawPool, Request, Values
from corridor.experiments.app.play.effects import RunningEffect
from corridor.experiments.app.play.ground import Ground
from corridor.experiments.app.play.world import Frame, TrackedWorld
from corridor.model import Policy

MOST_PASTS = 4  # draws whose past is kept for further visitors, at about 20 MB each at scale 10
PAST_DAYS = 20  # days of the past between two pictures
MOST_STEPS = 31  # days that one command may ask for
SPEEDS = (1, 5, 20)  # days a second
PICTURES = 5.0  # a second at most


class Pasts:
    """Runs of single draws up to the first day, each simulated by whoever waits for it."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._kept: OrderedDict[int, tuple[threading.Lock, TrackedWorld]] = OrderedDict()
        self._lock = threading.Lock()

    def _of(self, draw: int) -> tuple[threading.Lock, TrackedWorld]:
        with self._lock:
            if draw not in self._kept:
                self._kept[draw] = (threading.Lock(), TrackedWorld(self.ground.model([draw])))
                while len(self._kept) > MOST_PASTS:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(draw)
            return self._kept[draw]

    def advance(self, draw: int, days: int) -> tuple[bool, Frame]:
        """Simulate some days of the past of a draw; whether it is over, and its last day."""
        lock, world = self._of(draw)
        with lock:
            while days and world.model.date < FIRST:
                world.step()
                days -= 1
            return world.model.date >= FIRST, world.frame

    def branch(self, draw: int, policy: Policy) -> TrackedWorld:
        """A world of one's own that goes on from the past of a draw, which must be over."""
        lock, world = self._of(draw)
        with lock:
            return world.branch(world.model.branch(policy))


@dataclass(frozen=True)
class Shared:
    """What all visitors share."""

    ground: Ground
    pasts: Pasts
    pool: DrawPool


@dataclass(frozen=True)
class View:
    """What the page shows: `phase` is past, ready, over or failed; frames of the reference and the changed world (of
    the past both are one); the effect as far as it is known; `number` grows with every change."""

    settings: PlaySettings
    phase: str = "past"
    frames: tuple[Frame | None, Frame | None] = (None, None)
    speed: int = 0
    effect: RunningEffect | None = None
    message: str = ""
    number: int = 0
    slowest: float = 0.0


@dataclass
class Commands:
    """What the visitor asked for and the thread has not done yet."""

    settings: PlaySettings | None = None
    steps: int = 0
    speed: int = 0
    ask: bool = False
    blocks: list[tuple[Block, Values]] = field(default_factory=list)
    error: str = ""


class PlaySession:
    """Simulates for one visitor. Methods may be called from any thread; `publish` is called from the session's own."""

    def __init__(self, shared: Shared, settings: PlaySettings, publish: Callable[[View], None]) -> None:
        self.shared, self.publish = shared, publish
        self.view = View(settings)
        self.worlds: tuple[TrackedWorld, TrackedWorld] | None = None
        self.request: Request | None = None
        self._commands = Commands(settings=settings)
        self._wake = threading.Condition()
        self.closed = threading.Event()

    def change(self, settings: PlaySettings) -> None:
        """Begin again with other settings. Raises InputError where they are not allowed together."""
        self.shared.ground.worlds(settings)
        self._tell(settings=settings, speed=0, steps=0)

    def play(self, speed: int) -> None:
        """Simulate so many days a second (one of `SPEEDS`) until another speed is chosen; 0 pauses."""
        self._tell(speed=speed if speed in SPEEDS else 0)

    def step(self, days: int) -> None:
        """Simulate a few days and stop."""
        self._tell(steps=max(1, min(int(days), MOST_STEPS)), speed=0)

    def ask(self) -> None:
        """Work out the effect from all draws."""
        self._tell(ask=True)

    def close(self) -> None:
        """The visitor has left."""
        self.closed.set()
        if self.request:
            self.request.cancel()
        with self._wake:
            self._wake.notify_all()

    def _tell(self, **commands: object) -> None:
        with self._wake:
            for name, value in commands.items():
                setattr(self._commands, name, value)
            self._wake.notify_all()

    def run(self) -> None:
        """Do what is asked until the visitor leaves; the body of the session's thread."""
        try:
            while not self.closed.is_set():
                self._turn()
        except Exception as error:
            self._show(phase="failed", message=f"{type(error).__name__}: {error}", speed=0)
            raise
        finally:
            self.worlds = None
            if self.request:
                self.request.cancel()

    def _turn(self) -> None:
        """One round: new settings, draws that came in, days that are due."""
        with self._wake:
            commands = self._commands
            if not self._busy(commands):
                self._wake.wait(1.0)
            settings, commands.settings = commands.settings, None
            ask, commands.ask = commands.ask, False
            blocks, commands.blocks = commands.blocks, []
            error, commands.error = commands.error, ""
            steps, commands.steps = commands.steps, 0
            speed = commands.speed
        if settings:
            self._begin(settings)
        if ask:
            self._ask()
        if blocks or error:
            self._take(blocks, error)
        if self.closed.is_set() or self.worlds is None:
            return
        if steps:
            self._days(steps, 0)
        elif speed:
            self._play(speed)
        elif self.view.speed:
            self._show(speed=0)

    def _busy(self, commands: Commands) -> bool:
        moving = self.worlds is not None and self.view.phase == "ready" and (commands.speed or commands.steps)
        waiting = commands.settings or commands.ask or commands.blocks or commands.error
        return bool(moving or waiting or self.closed.is_set())

    def _begin(self, settings: PlaySettings) -> None:
        """Make the past, if nobody has, and branch the two worlds from it."""
        if self.request and settings.alike != self.view.settings.alike:
            self.request.cancel()
            self.request = None
        kept = self.view.effect if settings.alike == self.view.settings.alike else None
        self.worlds = None
        self._show(settings=settings, phase="past", frames=(None, None), speed=0, effect=kept, message="")
        over = False
        while not over:
            if self.closed.is_set() or self._commands.settings:
                return
            over, frame = self.shared.pasts.advance(settings.draw, PAST_DAYS)
            self._show(frames=(frame, frame))
        policies = self.shared.ground.policies_of([settings.draw], settings)
        reference, changed = (self.shared.pasts.branch(settings.draw, policy) for policy in policies)
        self.worlds = reference, changed
        self._show(phase="ready", frames=(reference.frame, changed.frame))
        self.shared.pool.warm()  # after the first picture, which needs the processor more

    def _days(self, days: int, speed: int) -> None:
        """Simulate days of both worlds, and show the last."""
        assert self.worlds is not None
        slowest = 0.0
        for _ in range(days):
            began = time.perf_counter()
            if self._last_day:
                break
            for world in self.worlds:
                world.step()
            slowest = max(slowest, time.perf_counter() - began)
        reference, changed = self.worlds
        phase = "over" if self._last_day else "ready"
        speed = 0 if self._last_day else speed
        self._show(phase=phase, frames=(reference.frame, changed.frame), speed=speed, slowest=slowest)

    @property
    def _last_day(self) -> bool:
        return self.worlds is None or self.worlds[0].model.date > self.view.settings.end

    def _play(self, speed: int) -> None:
        """The days of one picture, at the pace that is asked for."""
        began = time.perf_counter()
        days = max(1, round(speed / PICTURES))
        self._days(days, speed)
        if self._last_day:
            self._tell(speed=0)
        with self._wake:
            left = days / speed - (time.perf_counter() - began)
            if left > 0 and self._commands.speed == speed and not self._commands.settings:
                self._wake.wait(left)

    def _ask(self) -> None:
        """Begin to work out the effect, unless it is known or under way."""
        if self.view.effect and not self.view.effect.error:
            return
        self._show(effect=RunningEffect(len(self.shared.ground.draws)))
        self.request = self.shared.pool.effect(self.view.settings, Request(self._came, self._failed))

    def _came(self, block: Block, values: Values) -> None:
        with self._wake:
            self._commands.blocks.append((block, values))
            self._wake.notify_all()

    def _failed(self, error: str) -> None:
        self._tell(error=error)

    def _take(self, blocks: list[tuple[Block, Values]], error: str) -> None:
        """Add draws that came in to the effect that is waited for."""
        if self.view.effect is None:
            return
        known = RunningEffect(self.view.effect.wanted, {**self.view.effect.blocks, **dict(blocks)}, error)
        self._show(effect=known)

    def _show(self, **changes: object) -> None:
        """Hand the page what has changed."""
        self.view = replace(self.view, number=self.view.number + 1, **changes)  # type: ignore[arg-type]
        if not self.closed.is_set():
            self.publish(self.view)


def shown_day(view: View) -> date:
    """The day that is shown."""
    frame = view.frames[1]
    return frame.day if frame else FIRST - timedelta(days=1)
