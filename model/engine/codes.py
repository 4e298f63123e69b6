"""Named whole numbers for columns of tables and for draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType


class Codes(type):
    """The metaclass of a class of named whole numbers: `class Status(metaclass=Codes): WAITING = 0`.

    Like an enumeration it has a length, its numbers in their order, and `__members__`, the number of each name. Its
    members are plain numbers, because numpy compares an array with a member of an `IntEnum` six times more slowly.
    """

    @property
    def __members__(cls) -> Mapping[str, int]:
        return MappingProxyType({name: value for name, value in vars(cls).items() if name.isupper()})

    def __iter__(cls) -> Iterator[int]:
        return iter(cls.__members__.values())

    def __len__(cls) -> int:
        return len(cls.__members__)
