"""An input file, or a mapping that stands for one, as plain data with the place of every key."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

LINE = re.compile(r"(.*?), (?:line|row) (\d+)\b")
Keys = tuple[str | int, ...]
Problem = tuple[Keys, str]  # where, and what is wrong there


@dataclass
class Document:
    """A YAML mapping as plain Python `data`, with the place (`x.yaml, line 7`) of every key in it; `warnings` are of
    what is valid and will not be."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)
    places: dict[Keys, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def place(self, keys: Keys) -> str:
        """Where a key stands; for a key that is missing, where the mapping stands that should hold it."""
        while keys and keys not in self.places:
            keys = keys[:-1]
        return self.places.get(keys, self.name)

    def report(self, keys: Keys, text: str) -> None:
        """Note a problem of one key: `file, line N, key: text`."""
        self.problems.append(self.worded(keys, text))

    def worded(self, keys: Keys, text: str) -> str:
        """A problem of one key in words: `file, line N, key: text`."""
        place, key = self.place(keys), dotted(keys)
        named = not keys or place.endswith(f" --{key}")  # an option that is called as its key
        return f"{place}: {text}" if named else f"{place}, {key}: {text}"

    def look_up(self, *keys: str | int) -> Any:
        """The value at these keys, None when there is none."""
        value: Any = self.data
        for key in keys:
            in_list = isinstance(value, list) and isinstance(key, int) and key < len(value)
            if not in_list and not (isinstance(value, dict) and key in value):
                return None
            value = value[key]
        return value

    def entries(self, *keys: str | int) -> list[tuple[Any, Any]]:
        """(key, value) of the mapping, or (index, value) of the list, at these keys; nothing when it is neither."""
        value = self.look_up(*keys)
        if isinstance(value, dict):
            return list(value.items())
        return list(enumerate(value)) if isinstance(value, list) else []


def in_order(problems: Iterable[str]) -> list[str]:
    """Problems each once, file by file as they come, and within a file by line; those without a line stand first."""
    found = list(dict.fromkeys(problems))
    lines = {text: LINE.match(text) for text in found}
    places = {text: line[1] if line else re.split("[,:]", text)[0] for text, line in lines.items()}
    rank = {place: k for k, place in enumerate(dict.fromkeys(places.values()))}
    return sorted(found, key=lambda text: (rank[places[text]], int(line[2]) if (line := lines[text]) else 0))


def dotted(keys: Keys) -> str:
    """`worlds.a.policies` or `levers.fare[2].to`."""
    text = ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else f".{key if key.isprintable() else repr(key)}"
    return text.removeprefix(".")


class Unreadable:
    """Stands for a value whose problem is reported already, so that no second one is reported."""


def document_of(mapping: Mapping[str, Any], name: str) -> Document:
    """A document from a mapping of Python's own, so that both are checked alike; `name` stands for the file."""
    return Document(name, {str(key): plain(value) for key, value in mapping.items()})


def plain(value: Any) -> Any:
    """A value as YAML would give it: lists for tuples and arrays, Python numbers for numpy's, text for paths."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if hasattr(value, "tolist"):  # numpy's numbers and arrays
        return plain(value.tolist())
    if isinstance(value, list | tuple | range):
        return [plain(each) for each in value]
    return value
