"""Corridor's simulator: people, networks and patrols on the Mediterranean-to-Channel routes, day by day."""

from corridor.model.engine.errors import InputError
from corridor.model.indicators import INDICATORS
from corridor.model.inputs.data_files import DataFiles
from corridor.model.inputs.geography import Geography
from corridor.model.inputs.map_files import load_geography
from corridor.model.levers import LEVERS
from corridor.model.mesa_views.corridor import Corridor
from corridor.model.parameters import PARAMETERS, Parameters
from corridor.model.policy import Change, Measure, Policy
from corridor.model.records import Records
from corridor.model.simulation import MigrationModel, simulate

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
