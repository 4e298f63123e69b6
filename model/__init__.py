"""Corridor's simulator: people, networks and patrols on the Mediterranean-to-Channel routes, day by day."""

from model.data_files import DataFiles
from model.geography import Geography, load_geography
from model.indicators import INDICATORS, Records
from model.levers import LEVERS
from model.model import Corridor, MigrationModel, simulate
from model.params import PARAMETERS, Parameters
from model.policy import Change, Measure, Policy
from model.problems import InputError

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
