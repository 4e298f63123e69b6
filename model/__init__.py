"""Corridor's simulator: people, networks and patrols on the Mediterranean-to-Channel routes, day by day."""

from typing import TYPE_CHECKING, Any

from corridor.model.engine.errors import InputError
from corridor.model.indicators import INDICATORS
from corridor.model.inputs.data_files import DataFiles
from corridor.model.inputs.geography import Geography
from corridor.model.inputs.map_files import load_geography
from corridor.model.levers import LEVERS
from corridor.model.parameters import PARAMETERS, Parameters
from corridor.model.policy import Change, Measure, Policy
from corridor.model.records import Records
from corridor.model.simulation import MigrationModel, simulate

if TYPE_CHECKING:
    from corridor.model.mesa_views.corridor import Corridor

__all__ = [
    "INDICATORS",
    "LEVERS",
    "PARAMETERS",
    "Change",
    "Corridor",
    "DataFiles",
    "Geography",
    "InputError",
    "Measure",
    "MigrationModel",
    "Parameters",
    "Policy",
    "Records",
    "load_geography",
    "simulate",
]


def __getattr__(name: str) -> Any:
    """`Corridor` is imported when somebody asks for it: the simulator itself runs without Mesa."""
    if name == "Corridor":
        from corridor.model.mesa_views.corridor import Corridor

        return Corridor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
