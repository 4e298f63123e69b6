"""The command that made a result, as far as its folder says: a whole line, or one that lacks options of its own."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from corridor.results.report.contents import Contents
from corridor.results.report.document import Block, Command, Paragraph
from corridor.results.report.language import Language

ONLY, PLACEBO = "only_", "placebo"  # worlds that options of `compare` add
ANALYSES = {  # a table of an analysis -> its command; the first that a folder has
    "attribution": "attribute",
    "dose": "dose",
    "response": "dose",
    "indices": "sensitivity",
    "regret": "explore",
    "front": "allocate",
    "conclusions": "conclusions",
    "costs": "compare",
    "summary": "run",
}
SAMPLE = ("--parameter", "--group", "--grade", "--sampler", "--sample-seed")
OWN_OPTIONS = {  # of commands of which a folder does not store all that was asked of them
    "attribute": ("--indicator", "--world", "--permutations", "--error", "--sample-seed"),
    "dose": ("--values", "--lever", "--parameter", "--lever2", "--values2", "--world", "--from", "--indicator"),
    "sensitivity": (
        "--method", "--samples", "--parameter", "--group", "--grade", "--together", "--indicator", "--difference",
        "--world", "--sample-seed", "--second-order", "--screen", "--keep", "--screen-samples", "--around",
    ),
    "explore": ("--points", *SAMPLE, "--measures", "--objective", "--threshold", "--split"),
    "allocate": ("--budget", "--intensity", "--method", "--evaluations", "--points", *SAMPLE, "--split"),
    "conclusions": ("--statements", "--points", "--point-seeds", "--point-scale", *SAMPLE),
}  # fmt: skip
STATED = {"sensitivity": "sensitivity.json"}  # a file that says what was asked


@dataclass(frozen=True)
class MadeBy:
    """A command line, and the options that may stand at its end and are not stored."""

    line: str
    command: str
    left_out: tuple[str, ...] = ()


def made_by(contents: Contents) -> MadeBy | None:
    """The command that made the results; None where the manifest does not say."""
    file = contents.manifest.get("experiment_file")
    command = next((command for table, command in ANALYSES.items() if table in contents.tables), "")
    if not file or not command:
        return None
    parts = ["corridor", command, str(file)]
    if command in OWN_OPTIONS:
        return MadeBy(f"{shlex.join(parts)} ...", command, OWN_OPTIONS[command])
    return MadeBy(shlex.join([*parts, *settings_of(contents), *added_worlds(contents)]), command)


def settings_of(contents: Contents) -> Iterator[str]:
    """The options of seeds and scale; a list of seeds is that of the file, as an option only counts them."""
    settings = contents.configuration
    seeds, each = sorted(settings.get("seeds") or []), int(settings.get("seeds_per_draw") or 1)
    if seeds and seeds == list(range(1, len(seeds) + 1)):
        yield from ("--seeds", str(len(seeds) // each))
    if "scale" in settings:
        yield from ("--scale", f"{settings['scale']:g}")
    if each > 1:
        yield from ("--set", f"seeds_per_draw={each}")


def added_worlds(contents: Contents) -> Iterator[str]:
    """The options of the worlds that `compare` added to those of the file."""
    worlds = set(contents.whole.world) if "world" in contents.whole else set()
    if any(str(world).startswith(ONLY) for world in worlds):
        yield "--each-measure"
    if PLACEBO in worlds:
        yield "--placebo"


def command_blocks(contents: Contents, language: Language) -> Iterator[Block]:
    """The command that makes the results again, or the one that made them and what is not known of it."""
    made = made_by(contents)
    if made is None:
        return
    yield Paragraph(language.text("versions.incomplete" if made.left_out else "versions.command"))
    yield Command(made.line)
    if made.left_out:
        yield Paragraph(language.text("versions.left_out", options=language.listed(made.left_out)))
    stated = STATED.get(made.command, "")
    if stated and (contents.folder / stated).is_file():
        yield Paragraph(language.text("versions.stated", file=stated))
