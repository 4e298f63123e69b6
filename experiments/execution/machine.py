"""Whether Corridor can work here: versions, cores, memory, folders, browser, accelerator and optional packages."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import joblib
import psutil
from packaging.requirements import Requirement

from corridor.results.store.optional import EXTRAS, install_line, installed

PACKAGE = "corridor-sim"
GIGABYTE = 2**30
LEAST_MEMORY, LEAST_DISK = 2.0, 1.0  # gigabytes below which a usual run may not end
FINE, NOTE, PROBLEM = "fine", "note", "problem"
BROWSERS = ("xdg-open", "open", "chromium", "chromium-browser", "google-chrome", "firefox", "msedge")
ACCELERATORS = ("nvidia-smi", "rocm-smi")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: `state` is fine, note or problem, `advice` what to do about it."""

    name: str
    state: str
    found: str
    advice: str = ""


def checks(folder: Path) -> list[Check]:
    """Everything that is looked at, for work in a folder."""
    return [
        Check("corridor", FINE, f"{version(PACKAGE)} on Python {platform.python_version()}, {platform.platform()}"),
        packages(requires(PACKAGE) or ()),
        cores(),
        memory(psutil.virtual_memory().available / GIGABYTE),
        *(writable(name, path) for name, path in (("folder", folder), ("temporary", Path(tempfile.gettempdir())))),
        browser(),
        accelerator(),
        *extras(),
    ]


def packages(requirements: Iterable[str]) -> Check:
    """Whether every package that is needed is there, in a version that is allowed."""
    wrong, number = [], 0
    for requirement in map(Requirement, requirements):
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        number += 1
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            found = "not there"
        if found == "not there" or not requirement.specifier.contains(found, prereleases=True):
            wrong.append(f"{requirement.name} {found} (allowed: {requirement.specifier or 'any'})")
    if wrong:
        return Check("packages", PROBLEM, "; ".join(wrong), f"pip install --upgrade {PACKAGE}")
    return Check("packages", FINE, f"all {number} are there, in versions that are allowed")


def cores() -> Check:
    """How many processes can work at a time; limits of a container or a cluster's job count."""
    usable, there = joblib.cpu_count(), os.cpu_count() or 1
    limited = f"; the machine has {there}" if there != usable else ""
    return Check("cores", FINE, f"{usable} can be used{limited}; --jobs takes fewer")


def memory(available: float) -> Check:
    """Whether the free memory, in gigabytes, is enough for a usual run."""
    if available < LEAST_MEMORY:
        advice = "a larger scale (--scale 10) and fewer processes (--jobs 1) need less"
        return Check("memory", NOTE, f"{available:.1f} GB are free", advice)
    return Check("memory", FINE, f"{available:.1f} GB are free")


def writable(name: str, folder: Path) -> Check:
    """Whether files can be written in a folder, and how much space it has."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
        free = shutil.disk_usage(folder).free / GIGABYTE
    except OSError as error:
        advice = "give a folder where you may write (--out DIR)" if name == "folder" else "set TMPDIR to another folder"
        return Check(name, PROBLEM, f"{folder} cannot be written: {error.strerror or error}", advice)
    if free < LEAST_DISK:
        return Check(name, NOTE, f"{folder}: {free:.1f} GB are free", "remove old runs, or work on another disk")
    return Check(name, FINE, f"{folder}: can be written, {free:.0f} GB are free")


def browser() -> Check:
    """Whether something can open the page of a report."""
    if found := next(filter(shutil.which, BROWSERS), None):
        return Check("browser", FINE, f"{found} can open the page of a report")
    return Check("browser", NOTE, "none was found", "open the page of `corridor report` on another machine")


def accelerator() -> Check:
    """Whether there is an accelerator, which no computation needs."""
    found = next(filter(shutil.which, ACCELERATORS), None)
    there = "one is there and not used" if found else "none, and none is needed"
    return Check("accelerator", FINE, f"{there}: all computations are on cores")


def extras() -> list[Check]:
    """Optional packages, and what does not work without those that are missing."""
    return [
        Check(module, FINE, f"for {use}")
        if installed(module)
        else Check(module, NOTE, f"not installed; needed for {use}", install_line(extra))
        for module, (extra, use) in EXTRAS.items()
    ]
