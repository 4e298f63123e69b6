"""Names that have changed: what an earlier version called it, and since when.

A renamed option of a command or key of an experiment file is understood, with a warning, until the version `until`;
a test removes its entry then. A name that is gone is refused, and the refusal says what takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corridor.experiments.config.documents.document import Document


@dataclass(frozen=True)
class Renamed:
    """The present name, the version that brought it, and the first version that no longer knows the old one."""

    new: str
    since: str
    until: str

    def warning(self, old: str) -> str:
        """What a user of the old name should know."""
        return f"{old} is called {self.new} since version {self.since}; {self.until} will not know {old}"


OPTIONS = {
    "--parameters": Renamed("--parameter", "0.2.0", "0.3.0"),
    "--design-seed": Renamed("--sample-seed", "0.2.0", "0.3.0"),
}
KEYS: dict[str, Renamed] = {}  # of the experiment file
GONE = {
    "network_growth": ("0.2.0", "know_how_start and imitation_rate"),
    "surge_gain": ("0.2.0", "nothing: launches do not surge after bad weather"),
    "surge_days": ("0.2.0", "nothing: launches do not surge after bad weather"),
    "viability_amber": ("0.2.0", "the usable window of a night (key sea, condition usable_window)"),
    "viability_green": ("0.2.0", "the usable window of a night (key sea, condition usable_window)"),
    "p_found_dogs": ("0.2.0", "dog_teams"),
    "p_found_cctv": ("0.2.0", "p_seen_cctv"),
    "red_days": ("0.2.0", "usable_nights and crossing_nights"),
    "sea_years": ("0.2.0", "sea_record and sea_record_until"),
}  # of parameters, indicators and keys: the version without it, and what takes its place


def current_options(arguments: Iterable[str]) -> tuple[list[str], list[str]]:
    """Arguments of a command line with the present names of options, and the warnings for those that were old."""
    found, warnings = [], []
    for argument in arguments:
        name, sign, value = argument.partition("=")
        if renamed := OPTIONS.get(name):
            warnings.append(renamed.warning(name))
            name = renamed.new
        found.append(name + sign + value)
    return found, warnings


def with_current_keys(document: Document) -> list[str]:
    """Give the keys of an experiment file their present names; the warnings. Both names at once are reported."""
    warnings = []
    for old, renamed in KEYS.items():
        if old in document.data and renamed.new in document.data:
            document.report((old,), f"is the old name of {renamed.new}, which is there, too; allowed: one of the two")
        elif old in document.data:
            warnings.append(f"{document.place((old,))}, {renamed.warning(old)}")
            document.data[renamed.new] = document.data.pop(old)
            under = {keys: place for keys, place in document.places.items() if keys[:1] == (old,)}
            document.places |= {(renamed.new, *keys[1:]): place for keys, place in under.items()}
    return warnings


def gone(name: object) -> str:
    """What takes the place of a name that an earlier version knew, in words; nothing for other names."""
    if not isinstance(name, str) or name not in GONE:
        return ""
    version, instead = GONE[name]
    return f" it is gone since version {version}, instead: {instead};"
