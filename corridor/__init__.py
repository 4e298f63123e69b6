"""Corridor: simulate migration along the Mediterranean-to-Channel routes and compare what policies would have changed.

The folders beside this one are installed as `corridor.model` (the simulator), `corridor.results` (store, tables,
plots),
`corridor.experiments` (configuration, runs, analyses, commands) and `corridor.calibration` (evidence, fit, validation).
What most people need is here; it is imported when it is first used.

>>> import corridor
>>> result = corridor.load("quick").run()    # a file, the name of a shipped experiment, or a dict
>>> result.tables["effects"]                 # pandas; .figures are paths, .folder holds everything
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corridor.experiments.analyses.neighbours import simulator
    from corridor.experiments.config.designs.selection import Selection
    from corridor.experiments.execution.analysis import RunResult
    from corridor.experiments.execution.errors import RunError
    from corridor.experiments.execution.reporting import report, tables
    from corridor.experiments.interface.analyses import (
        allocate,
        attribute,
        break_even,
        compare,
        dose,
        explore,
        run,
        sensitivity,
    )
    from corridor.experiments.interface.calibrating import forecast, patterns, validate, validate_past
    from corridor.experiments.interface.concluding import conclusions
    from corridor.experiments.interface.conditioning import calibrate, history, history_forecaster, recovery
    from corridor.experiments.interface.experiment import Experiment, load
    from corridor.experiments.interface.importing import import_file, import_flee
    from corridor.experiments.interface.rolling import score, update, validate_rolling
    from corridor.model import Change, Measure, Parameters, Policy, Records, simulate
    from corridor.model.engine.errors import InputError
    from corridor.model.mesa_views.corridor import Corridor
    from corridor.results import effects_between, monthly, open_results, plots, to_frame

HOMES = {
    "experiments.analyses.neighbours": ("simulator",),
    "experiments.config.designs.selection": ("Selection",),
    "experiments.execution.analysis": ("RunResult",),
    "experiments.execution.errors": ("RunError",),
    "experiments.interface.analyses": (
        "allocate", "attribute", "break_even", "compare", "dose", "explore", "run", "sensitivity",
    ),
    "experiments.interface.concluding": ("conclusions",),
    "experiments.interface.calibrating": ("forecast", "patterns", "validate", "validate_past"),
    "experiments.interface.conditioning": ("calibrate", "history", "history_forecaster", "recovery"),
    "experiments.interface.experiment": ("Experiment", "load"),
    "experiments.execution.reporting": ("report", "tables"),
    "experiments.interface.importing": ("import_file", "import_flee"),
    "experiments.interface.rolling": ("score", "update", "validate_rolling"),
    "model": ("Change", "Measure", "Parameters", "Policy", "Records", "simulate"),
    "model.engine.errors": ("InputError",),
    "model.mesa_views.corridor": ("Corridor",),
    "results": ("effects_between", "monthly", "open_results", "to_frame"),
}  # fmt: skip
__all__ = [
    "Change", "Corridor", "Experiment", "InputError", "Measure", "Parameters", "Policy", "Records", "RunError",
    "RunResult", "Selection", "allocate", "attribute", "break_even", "calibrate", "compare", "conclusions",
    "dose", "effects_between", "explore", "forecast", "history", "history_forecaster", "import_file", "import_flee",
    "load", "monthly", "open_results", "patterns", "plots", "recovery", "report", "run", "score", "sensitivity",
    "simulate", "simulator", "tables", "to_frame", "update", "validate", "validate_past", "validate_rolling",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a public name where it lives; `__version__` is that of the installed package."""
    if name == "__version__":
        return version("corridor-sim")
    if name == "plots":
        return import_module("corridor.results.plots")
    for module, names in HOMES.items():
        if name in names:
            return getattr(import_module(f"corridor.{module}"), name)
    raise AttributeError(f"module 'corridor' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
