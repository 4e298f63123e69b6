"""The frozen baseline run: what a small run gave when it was last looked at. `make baseline` writes it anew.

Half a year around the joint statement, with it and without any policy, two seeds, twenty people an agent: yearly sums
of every flow, yearly means of every stock, sums of every breakdown. Series of whole numbers also have a digest of every
single value and must stay the same bit for bit: whether a keyed uniform lies below a chance does not depend on the last
bit of an exponential. Fares, boats and the like are sums of exponentials, whose last bit differs between machines:
they may differ by a billionth.
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from corridor.experiments.config.policies.policy_files import PolicyBook
from corridor.experiments.config.shipped import CONFIGS, POLICIES
from corridor.model import Policy
from corridor.model.indicators import INDICATORS
from corridor.model.records import Records
from tests.support.worlds import run, small_model

FROZEN = Path(__file__).parents[1] / "baseline" / "run.csv"
START, END, SEEDS = date(2022, 10, 1), date(2023, 3, 31), (1, 2)
TOLERANCE = 1e-9  # relative, of series that are no whole numbers
Lines = dict[tuple[str, str, str], dict[str, str]]  # (world, seed, series) -> year or "digest" -> value


def joint_statement() -> Policy:
    """The shipped policy of that name."""
    book = PolicyBook(CONFIGS)
    path = POLICIES / "joint_statement.yaml"
    book.open(path)
    return Policy(book.measures([path]))


def run_baseline() -> Lines:
    """Run both worlds and sum them up."""
    lines: Lines = {}
    for world, policy in (("joint_statement", joint_statement()), ("no_policy", Policy())):
        records = run(small_model(SEEDS, policy, START, END)).records
        for k, seed in enumerate(records.seeds):
            for series, values, years in series_of(records, k):
                lines[world, str(seed), series] = {**years, "digest": digest(values)}
    return lines


def series_of(records: Records, k: int) -> Iterator[tuple[str, np.ndarray, dict[str, str]]]:
    """Name, values and yearly sums (or means) of everything that replicate k has recorded."""
    years = np.array([day.year for day in records.dates])
    for name, values in records.daily.items():
        sum_up = np.mean if INDICATORS[name].kind == "stock" else np.sum
        yield name, values[k], {str(year): written(sum_up(values[k, years == year])) for year in records.years}
    for name, part in records.yearly.items():
        sums = zip(records.years, part.values[k], strict=True)
        yield name, part.values[k], {str(year): written(values.sum()) for year, values in sums}


def written(value: np.floating) -> str:
    """A number as text that reads back as the same number."""
    return f"{float(value):.17g}"


def digest(values: np.ndarray) -> str:
    """First half of a SHA-256 over values that are all whole numbers; nothing for others."""
    whole = np.rint(values).astype("<i8")
    return hashlib.sha256(whole.tobytes()).hexdigest()[:32] if np.array_equal(whole, values) else ""


def read_baseline() -> Lines:
    """The frozen run."""
    with FROZEN.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row.pop("world"), row.pop("seed"), row.pop("series")): row for row in rows}


def write_baseline(lines: Lines) -> None:
    """Freeze a run."""
    columns = ["world", "seed", "series", *map(str, range(START.year, END.year + 1)), "digest"]
    with FROZEN.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        for (world, seed, series), values in lines.items():
            writer.writerow({"world": world, "seed": seed, "series": series, **values})


def moved(frozen: Lines, now: Lines) -> list[str]:
    """What differs between two runs, one line each, in words."""
    found = [f"{' '.join(key)}: is gone" for key in frozen if key not in now]
    for key, values in now.items():
        if key not in frozen:
            found.append(f"{' '.join(key)}: is new")
            continue
        was = frozen[key]
        pairs = [(was[column], value) for column, value in values.items()]
        if pairs[-1][0] == "" == pairs[-1][1]:
            same = all(math.isclose(float(a), float(b), rel_tol=TOLERANCE) for a, b in pairs[:-1])
        else:
            same = all(a == b for a, b in pairs)
        if not same:
            years = ", ".join(f"{year} {was[year]} -> {value}" for year, value in values.items() if year != "digest")
            found.append(f"{' '.join(key)}: {years}")
    return found


def main() -> None:
    """Run, say what moved, freeze."""
    now = run_baseline()
    found = moved(read_baseline(), now) if FROZEN.exists() else []
    write_baseline(now)
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{FROZEN.name}: {len(found)} of {len(now)} series moved")


if __name__ == "__main__":
    main()
