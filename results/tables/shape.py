"""The shape of a table of results: which columns tell its rows apart, which are numbers, of what unit, and which texts.

It is declared where a table is made, and is written into the manifest, so that tables are laid out for readers without
knowing the names of columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

OF_ROW = "of the row"  # the unit that the column `unit` has
SQUARED = "of the row, squared"
MIXED = "mixed"  # of another unit and size in each row, as values of several parameters are; not shown
ABOUT = ("unit", "kind", "interval", "seeds", "points")  # say what other columns are; shown where a shape names them


@dataclass(frozen=True)
class Number:
    """A column of numbers: its title, its unit (OF_ROW, SQUARED, MIXED, or its own; empty for none), the columns of the
    ends of its interval and what these are (empty: the 90 % interval that the column `interval` names).

    The ends of a `span` are no interval but least and greatest values; they are shown where they differ. Numbers that
    are `signed` are differences. `runs` are behind each row, where the table has no column `seeds` (0: not known).
    """

    column: str
    low: str = ""
    high: str = ""
    ends: str = ""
    unit: str = OF_ROW
    span: bool = False
    signed: bool = False
    title: str = ""
    runs: int = 0

    @property
    def columns(self) -> list[str]:
        """The columns that it names."""
        return [name for name in (self.column, self.low, self.high) if name]

    @property
    def of_row(self) -> bool:
        """Whether its unit is that of the row, or the square of it."""
        return self.unit in (OF_ROW, SQUARED)


@dataclass(frozen=True)
class Shape:
    """The parts of a table. `labels` tell rows apart, in this order; `numbers` and `facts`, which are texts, have
    columns of their own; `hidden` ones are in the CSV alone. With `across` the one number has a column for each value
    of that column. Raises ValueError for several numbers with `across`.
    """

    labels: tuple[str, ...]
    numbers: tuple[Number, ...] = ()
    facts: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    across: str = ""

    def __post_init__(self) -> None:
        if self.across and len(self.numbers) != 1:
            raise ValueError(f"a shape with columns for each {self.across} has one number, not {len(self.numbers)}")

    @property
    def named(self) -> list[str]:
        """The columns that its parts name."""
        of_numbers = [name for number in self.numbers for name in number.columns]
        return [*self.labels, *of_numbers, *self.facts, *self.hidden, *([self.across] if self.across else [])]

    def of(self, columns: Iterable[object]) -> Shape:
        """The shape without what a table with these columns does not have.

        Raises KeyError with the columns that no part names, or several do, and where no label or no value of `across`
        would be left.
        """
        known, named = [str(name) for name in columns], self.named
        if wrong := [name for name in known if named.count(name) != 1 and (name in named or name not in ABOUT)]:
            raise KeyError(f"columns that the shape of the table does not name once: {', '.join(wrong)}")
        if not set(self.labels) & set(known) or (self.across and self.across not in known):
            raise KeyError(f"the table has no column of {', '.join((*self.labels, self.across))}".removesuffix(", "))

        def there(names: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(name for name in names if name in known)

        return replace(
            self,
            labels=there(self.labels),
            numbers=tuple(each for each in self.numbers if each.column in known),
            facts=there(self.facts),
            hidden=there(self.hidden),
        )


def as_json(shape: Shape) -> dict[str, Any]:
    """A shape as the manifest of a run has it: without what is as by default."""
    found = {name: value for name, value in asdict(shape).items() if value}
    found["numbers"] = [changed(number) for number in shape.numbers]
    return found


def changed(number: Number) -> dict[str, Any]:
    """The fields of a number that are not as by default."""
    return {each.name: value for each in fields(Number) if (value := getattr(number, each.name)) != each.default}


def from_json(said: object) -> Shape:
    """A shape as a manifest says it. Raises ValueError for one that is none."""
    try:
        if not isinstance(said, Mapping):
            raise TypeError("no object")
        numbers = tuple(Number(**each) for each in said["numbers"])
        parts = {name: tuple(said.get(name, ())) for name in ("labels", "facts", "hidden")}
        shape = Shape(**parts, numbers=numbers, across=said.get("across", ""))
    except (TypeError, KeyError) as error:
        raise ValueError(f"shape: {error}") from None
    of_texts = [*shape.named, *(text for each in numbers for text in (each.ends, each.unit, each.title))]
    if not all(isinstance(each, str) for each in of_texts) or not all(type(each.runs) is int for each in numbers):
        raise ValueError("shape: has a part of another kind")
    return shape
