"""The tables of observed figures, as their tests read them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[2]
OBSERVED = ROOT / "results" / "observed"
DECLARED = ROOT / "calibration" / "evidence" / "data"
DATA = ROOT / "model" / "data"
SHARED = ROOT.parent / "shared" / "data"
YEARS = range(2018, 2026)
FILES = sorted(path.stem for path in OBSERVED.glob("*.csv"))


def table(name: str, folder: Path | None = None) -> pd.DataFrame:
    """A table of observed series or, where only calibration reads it, of declared assumptions."""
    folder = folder or (OBSERVED if name in FILES else DECLARED)
    return pd.read_csv(folder / f"{name}.csv", dtype={"month": str}, keep_default_na=True)


def annual(indicator: str) -> dict[int, float]:
    rows = table("annual")
    rows = rows[rows.indicator == indicator]
    return dict(zip(rows.year, rows.value, strict=True))


def monthly_sums(indicator: str) -> dict[int, float]:
    rows = table("monthly")
    rows = rows[rows.indicator == indicator]
    return rows.groupby(rows.month.str[:4].astype(int)).value.sum().to_dict()
