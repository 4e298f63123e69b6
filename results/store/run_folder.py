"""A batch on disk: what was planned, what is done, and all results as one dataset or one table.

`DIR/plan.json` says which worlds, points and seeds belong together and by which identity each is found; `DIR/cases/`
holds the results; `DIR/failures/` says why a case failed. Everything here only reads.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corridor.results.store import index
from corridor.results.store.case_file import StoreError, open_cases, read_netcdf
from corridor.results.store.lazy_arrays import CaseFiles, lazily
from corridor.results.store.result_files import (
    AGAIN,
    MANIFEST,
    damaged_files,
    is_own_name,
    read_json,
    read_manifest,
)
from corridor.results.store.versions import newer_plan
from corridor.results.store.whole_files import sha256
from corridor.results.store.yearly import WHOLE

PLAN, FAILURES = "plan.json", "failures"
DAMAGED = "damaged"  # how what `status` says of tables begins that are not as they were written
FAILURE = ("case", "world", "point", "seeds", "error", "at", "identity")  # keys of the record of a failed case
CELL = ["world", "point", "seed"]
DRAW, STRENGTH_SET = "draw", "strength_set"  # coordinates along seed, where each draw has several seeds


@dataclass(frozen=True)
class Plan:
    """What belongs to a batch: `identities` has one identity for each point, by world; `points` is empty without a
    design; `point_seeds` has a seed for each point where every point has its own, instead of all seeds. Where points
    are draws of a posterior (`from_posterior`), one for each seed, they are no dimension of the results: seeds stand
    for them."""

    title: str
    baseline: str
    worlds: dict[str, str]
    seeds: list[int]
    points: list[dict[str, float]]
    identities: dict[str, list[str]]
    configuration: dict[str, Any]
    point_seeds: list[int] = field(default_factory=list)
    from_posterior: bool = False
    draws: list[int] = field(default_factory=list)
    """For each point the number of its draw, where each draw has several seeds."""
    strength_sets: list[int] = field(default_factory=list)
    """For each point which strengths of its draw it has, likewise."""
    source: str = ""
    """The experiment file, as seen from the folder; empty where there is none."""

    @property
    def designed(self) -> bool:
        """Whether the points are a dimension of the results."""
        return bool(self.points) and not self.from_posterior

    @property
    def draw_of_seed(self) -> dict[int, int]:
        """Seed -> number of its draw, where draws of a posterior have several seeds; else empty."""
        return dict(zip(self.point_seeds or self.seeds, self.draws, strict=True)) if self.draws else {}

    def cells(self) -> pd.DataFrame:
        """One row for each world, point (from 1; 0 without a design) and seed, with its identity, in that order."""
        numbers = range(1, len(self.points) + 1) if self.points else range(1)
        per_point = [identity for world in self.worlds for identity in self.identities[world]]
        if self.point_seeds:
            each = pd.MultiIndex.from_product([list(self.worlds), numbers], names=CELL[:2]).to_frame(index=False)
            return each.assign(seed=self.point_seeds * len(self.worlds), identity=per_point)
        each = pd.MultiIndex.from_product([list(self.worlds), numbers, self.seeds], names=CELL).to_frame(index=False)
        return each.assign(identity=np.repeat(per_point, len(self.seeds)))

    def design(self) -> pd.DataFrame:
        """One row for each point: its number and what it sets."""
        return pd.DataFrame([{"point": k, **factors} for k, factors in enumerate(self.points, start=1)])


def plan_of(said: Mapping[str, Any]) -> Plan:
    """A plan as JSON says it. Raises ValueError with all parts that are not of their kind."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(Plan).validate_json(json.dumps(said), strict=True)
    except ValidationError as error:
        wrong = [f"{', '.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise ValueError("; ".join(wrong)) from None


def read_plan(directory: Path) -> Plan:
    """The plan of a run. Raises StoreError when the directory holds none, or one that cannot be read."""
    path = directory / PLAN
    if not path.exists():
        raise StoreError(f"{directory}: holds no {PLAN}; a directory that `corridor run` wrote is expected")
    try:
        said = read_json(path)
        if unknown := set(said) - {each.name for each in fields(Plan)}:
            raise newer_plan(path, unknown)
        plan = plan_of(said)
        if plan.identities:
            plan.cells()
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise StoreError(f"{path}: cannot be read: {error}") from None
    return plan


def plan_if_any(directory: Path) -> dict[str, Any]:
    """The parts of the plan of a folder by name; empty where it holds none. Raises StoreError for a damaged one."""
    return asdict(read_plan(directory)) if (directory / PLAN).exists() else {}


@dataclass(frozen=True)
class RunContents:
    """A plan and what of it is done: `cells` as the plan's, with the columns of `index.ABOUT`, NaN where missing."""

    directory: Path
    plan: Plan
    scan: index.Scan
    cells: pd.DataFrame

    @property
    def done(self) -> pd.DataFrame:
        """The cells that are in the store."""
        return self.cells[self.cells.file.notna()]

    @property
    def missing(self) -> pd.DataFrame:
        """The cells that are not."""
        return self.cells[self.cells.file.isna()]


def inspect_run(directory: Path, verify_hashes: bool = True) -> RunContents:
    """Compare a batch's plan with its case files; `verify_hashes` checks every byte of them, otherwise their sizes."""
    plan = read_plan(directory)
    scan = index.scan_cases(directory, verify_hashes)
    return RunContents(directory, plan, scan, plan.cells().merge(scan.rows, how="left", on=["identity", "seed"]))


def readable_run(directory: Path, verify_hashes: bool = True) -> RunContents:
    """As `inspect_run`, of a run whose results are to be used: some are done, and none is missing because its file is
    damaged. Raises StoreError otherwise."""
    contents = inspect_run(directory, verify_hashes)
    if contents.scan.damaged and len(contents.missing):
        cases = directory / index.CASES
        raise StoreError("\n".join(f"{cases / name}: {why}; {AGAIN}" for name, why in contents.scan.damaged.items()))
    if contents.done.empty:
        raise StoreError(f"{directory}: no case is done yet")
    return contents


def failures(contents: RunContents) -> list[dict[str, Any]]:
    """The records of failed cases that are still missing, by name."""
    wanted = set(zip(contents.missing.identity, contents.missing.seed, strict=True))
    found = []
    for path in sorted((contents.directory / FAILURES).glob("*.json")):
        try:
            failure = read_json(path)
            if any((failure["identity"], seed) in wanted for seed in failure["seeds"]):
                found.append({key: failure[key] for key in FAILURE})
        except (KeyError, TypeError) as error:
            raise StoreError(f"{path}: cannot be read: {error}; the same run makes it again") from None
    return found


def status(directory: Path) -> dict[str, Any]:
    """What is done, missing, failed (and why) and damaged; `tables` says whether summary.csv is of this batch."""
    contents = inspect_run(directory)
    failed = failures(contents)
    broken = {(each["identity"], seed) for each in failed for seed in each["seeds"]}
    missing = [row for row in contents.missing.itertuples() if (row.identity, row.seed) not in broken]
    return {
        "directory": str(directory),
        "title": contents.plan.title,
        "replicates": len(contents.cells),
        "done": len(contents.done),
        "missing": [{"world": row.world, "point": row.point, "seed": row.seed} for row in missing],
        "failed": [{key: each[key] for key in ("case", "world", "point", "seeds", "error", "at")} for each in failed],
        "damaged": [{"file": name, "why": why} for name, why in contents.scan.damaged.items()],
        "tables": tables_of(contents),
    }


def tables_of(contents: RunContents) -> str:
    """Whether summary.csv and the other tables are there, as they were written, and of this plan."""
    if not (contents.directory / MANIFEST).exists():
        return "not yet written"
    try:
        manifest = read_manifest(contents.directory)
    except StoreError:
        return DAMAGED
    if wrong := damaged_files(contents.directory, manifest):
        return f"{DAMAGED}: {', '.join(wrong)}"
    return "of this batch" if manifest.get("plan_sha256") == plan_sha256(contents.directory) else "of an earlier run"


def published_files(directory: Path) -> list[str]:
    """Files and folders of results that the manifest of a folder lists; none where there is no manifest.

    Only names of this very folder count, whatever the file says.
    """
    try:
        listed = read_json(directory / MANIFEST).get("files")
    except StoreError:
        return []
    return [name for name in listed if is_own_name(name)] if isinstance(listed, list) else []


def source_of(directory: Path) -> Path | None:
    """The experiment file from which a folder was planned; None where it is gone, or where the plan does not say it."""
    try:
        said = read_json(directory / PLAN).get("source")
    except StoreError:
        return None
    path = Path(os.path.normpath(directory / said)) if isinstance(said, str) and said else None
    return path if path and path.is_file() else None


def older_files(directory: Path) -> list[str]:
    """Files of a folder that are older than its plan, and that its manifest does not list: what was made there of an
    earlier batch, such as a report or exported values, and what the user put there."""
    known = {PLAN, MANIFEST, *published_files(directory)}
    planned = (directory / PLAN).stat().st_mtime_ns
    others = [path for path in directory.iterdir() if path.name not in known and not path.name.startswith(".")]
    return sorted(path.name for path in others if path.is_file() and path.stat().st_mtime_ns < planned)


def plan_sha256(directory: Path) -> str:
    """The hash of the plan as it stands."""
    return sha256(directory / PLAN)


def digest(contents: RunContents) -> str:
    """One SHA-256 over the contents of all cells that are done: worlds, points, seeds and the bits of their results.

    Times, paths and the grouping of seeds do not count; equal batches have equal digests.
    """
    total = hashlib.sha256()
    for row in contents.done.sort_values(CELL).itertuples():
        total.update(f"{row.world} {row.point} {row.seed} {row.content_sha256}\n".encode())
    return total.hexdigest()


def open_run(directory: str | Path) -> xr.Dataset:
    """All results of a batch as one dataset with dimensions world, point (where there is a design) and seed in front.

    Where every point has a seed of its own there is no dimension seed; the seeds are a coordinate along `point`.
    Values are read from the case files when they are used; what is not there yet is NaN. The factors of a design are
    coordinates along `point`. A directory without a plan may hold a few case files, which are read at once.
    Raises StoreError when there is nothing to open or a case is damaged, here or when its values are read.
    """
    directory = Path(directory)
    if not (directory / PLAN).exists() and any(directory.glob("*.nc")):
        return open_cases(directory)
    contents = readable_run(directory, verify_hashes=False)
    own = contents.plan.point_seeds
    along = "point" if contents.plan.designed else "seed"
    dims = tuple(CELL[: 2 if own else 3]) if contents.plan.designed else ("world", "seed")
    axes = (contents.plan.worlds, contents.plan.points, () if own else contents.plan.seeds)
    shape = tuple(len(axis) for axis in axes if len(axis))
    position = contents.cells.position.fillna(-1).to_numpy(int).reshape(shape)
    names = contents.cells.file.fillna("").to_numpy(str).reshape(shape)
    examples = contents.done.drop_duplicates("world").file.tolist()
    hashes = dict(zip(contents.done.file, contents.done.file_sha256, strict=True))
    dataset = lazily(CaseFiles(directory / index.CASES, names, position, hashes), dims, examples)
    dataset = dataset.assign_coords(
        world=list(contents.plan.worlds),
        seed=(along, own) if own else contents.plan.seeds,
        world_title=("world", list(contents.plan.worlds.values())),
    )
    for name, values in contents.plan.design().items():
        dataset = dataset.assign_coords({str(name): (along, values.to_numpy())})
    if contents.plan.draws:
        dataset = dataset.assign_coords(
            {DRAW: (along, contents.plan.draws), STRENGTH_SET: (along, contents.plan.strength_sets)}
        )
    return dataset.assign_attrs(
        title=contents.plan.title,
        baseline=contents.plan.baseline,
        missing=len(contents.missing),
        from_posterior=int(contents.plan.from_posterior),
    )


def known_indicators(contents: RunContents) -> dict[str, dict[str, str]]:
    """What each indicator is, as the first case says: name, unit, kind, meaning and more."""
    _, attributes = read_netcdf(contents.directory / index.CASES / contents.done.file.iloc[0])
    known: dict[str, dict[str, str]] = json.loads(attributes["indicators"])
    return known


def yearly_values(contents: RunContents, known: Mapping[str, Any]) -> pd.DataFrame:
    """Values of the cells that are done, one row for each cell, indicator and calendar year or the whole run.

    Columns world, point (with a design), seed, indicator, period, value; in order of period, indicator, then cell.
    """
    fresh = [pd.DataFrame(columns) for columns in contents.scan.fresh]
    parts = [index.read(contents.directory, list(known)), *fresh]
    stored = pd.concat([part for part in parts if len(part)], ignore_index=True)
    stored = stored.drop_duplicates([*index.SOURCE, "year"], keep="last")
    stored = stored.drop(columns=[name for name in index.ABOUT if name not in index.SOURCE])
    cells = contents.done[list(dict.fromkeys([*CELL, *index.SOURCE]))].reset_index(names="cell")
    wide = cells.merge(stored, on=index.SOURCE).drop(columns=["identity", "file", "file_sha256"])
    keys = CELL if contents.plan.designed else ["world", "seed"]
    tidy = wide.melt([*keys, "cell", "year"], list(known), "indicator", "value")
    rank = pd.Series(range(len(known)), index=list(known))
    tidy = tidy.assign(rank=tidy.indicator.map(rank)).sort_values(["year", "rank", "cell"], ignore_index=True)
    return tidy.rename(columns={"year": "period"})[[*keys, "indicator", "period", "value"]]


def to_frame(directory: str | Path, totals: bool = False) -> pd.DataFrame:
    """The values of every replicate of a run as a tidy table, by calendar year or, with `totals`, of the whole run.

    Columns world, point and its factors (with a design), seed, year (not for totals), indicator, unit, kind, value.
    Only flows may be summed over years: a stock is a mean, a ratio a sum over a sum. Raises StoreError when no case is
    done yet, or one is damaged.
    """
    contents = readable_run(Path(directory))
    known = known_indicators(contents)
    tidy = yearly_values(contents, known)
    for name in ("unit", "kind"):
        tidy[name] = tidy.indicator.map({indicator: about[name] for indicator, about in known.items()})
    keys = ["world", "seed"]
    if contents.plan.designed:
        design = contents.plan.design()
        tidy = tidy.merge(design, on="point")
        keys = ["world", *design.columns, "seed"]
    whole = tidy.period == WHOLE
    if totals:
        return tidy.loc[whole, [*keys, "indicator", "unit", "kind", "value"]].reset_index(drop=True)
    years = tidy[~whole].assign(year=tidy.period[~whole].astype(int)).reset_index(drop=True)
    return years[[*keys, "year", "indicator", "unit", "kind", "value"]]
