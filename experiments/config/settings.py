"""Values that the command line, or a caller, sets in place of those of an experiment file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from corridor.experiments.config.documents.document import Document, dotted
from corridor.experiments.config.documents.messages import shown
from corridor.experiments.config.documents.yaml import read_value


@dataclass(frozen=True)
class Setting:
    """A value given on the command line, or elsewhere: by which option, for which dotted key, in YAML (None without a
    '=')."""

    option: str
    key: str
    text: str | None

    @property
    def place(self) -> str:
        """Where it was given, in words."""
        return f"command line {self.option}" if self.option.startswith("-") else self.option


def override(document: Document, setting: Setting) -> None:
    """Put a value from the command line into the document; its problems then name the option instead of a line."""
    name, keys = setting.place, tuple(setting.key.split("."))
    if "" in keys or setting.text is None:
        document.problems.append(f"{name} {setting.key!r}: cannot be read; allowed: key=value or key.key=value")
        return
    holder: Any = document.data
    for k, key in enumerate(keys[:-1], start=1):
        holder = holder.setdefault(key, {})
        if not isinstance(holder, dict):
            said = f"{name} {setting.key}: {dotted(keys[:k])} is {shown(holder)}, not a mapping"
            if keys[0] == "parameters" and isinstance(holder, str):
                said += f"; allowed: in_every_draw.{dotted(keys[k:])}=VALUE, which holds it in every draw"
            document.problems.append(said)
            return
    document.places = {there: place for there, place in document.places.items() if there[: len(keys)] != keys}
    document.places[keys] = name
    holder[keys[-1]] = read_value(setting.text, document, keys)
