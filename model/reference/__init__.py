"""The day as its specification: one Mesa agent at a time, slow and obvious, equal to the arrays to the last bit.

Only a test uses this package: it requires that every record and every column of `MigrationModel` be the
same here. It shares with the arrays what is given (parameters, map, entries, history, climate, levers) and the keyed
draws; every rule and formula is written a second time.

Three things a reader may stumble over hold for both sides. Sums run in the order of the agents, since floating sums
depend on it. People store money, attitudes and beliefs in single precision. And people act in the order in which
their days were filed in the calendar, which is why some loops run over a part of the people first: this decides
nothing but the last bits of what is said at a place.
"""

from corridor.model.reference.day import DAY
from corridor.model.reference.simulation import ReferenceModel

__all__ = ["DAY", "ReferenceModel"]
