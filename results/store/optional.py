"""Packages that only some commands need: which extra installs each, and the refusal where one is not there."""

from __future__ import annotations

from importlib.util import find_spec

from corridor.model.engine.errors import InputError

EXTRAS = {
    "pyarrow": ("parquet", "tables in Parquet and GeoParquet"),
    "statsmodels": ("validation", "`corridor validate` and `corridor score`"),
    "ema_workbench": ("robust", "`corridor explore`"),
    "pymoo": ("allocate", "`corridor allocate --method nsga2`"),
    "typst": ("report", "`corridor report` as PDF"),
    "openpyxl": ("report", "`corridor tables` as Excel"),
    "distributed": ("cluster", "`--dask`"),
    "flee": ("flee", "a comparison with Flee"),
}  # import name -> the extra of this package that installs it, and what needs it


def installed(module: str) -> bool:
    """Whether a package can be imported."""
    return find_spec(module) is not None


def install_line(extra: str) -> str:
    """The line that installs an extra."""
    return f"pip install 'corridor-sim[{extra}]'"


def refusal(module: str, extra: str | None = None) -> str:
    """That a package is not installed, and the line that installs it."""
    return f"{module} is not installed; {install_line(extra or EXTRAS[module][0])}"


def need(*modules: str, extra: str | None = None) -> None:
    """Raises InputError with a line for each package that is not installed; `extra` is the extra that installs all."""
    if missing := [module for module in modules if not installed(module)]:
        raise InputError(refusal(module, extra) for module in missing)
