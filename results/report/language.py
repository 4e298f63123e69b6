"""The language of a report: its texts, and how it writes numbers and lists. One file in `texts/` for each language."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = ("en", "fr")
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Language:
    """Texts by key, as in `effect.fewer`, and the characters of numbers."""

    code: str
    texts: Mapping[str, str]

    def text(self, key: str, **values: object) -> str:
        """A text with its values filled in. Raises KeyError for a key that the language does not have."""
        return self.texts[key].format(**values) if values else self.texts[key]

    def get(self, key: str, default: str) -> str:
        """A text, or the default where the language has none of that key."""
        return self.texts.get(key, default)

    def number(self, value: float, step: float = 1.0, sign: bool = False) -> str:
        """A number rounded to a step (1000, 1, 0.01 ...), with the language's separators and, if asked, its sign."""
        if math.isnan(value):
            return self.text("number.missing")
        if math.isinf(value):
            return self.text("number.no_end")
        digits = max(0, -round(math.log10(step)))
        rounded = round(value / step) * step
        plain = f"{abs(rounded):,.{digits}f}".translate(
            {ord(","): self.text("number.thousands"), ord("."): self.text("number.decimal")}
        )
        zero = not any(character in plain for character in "123456789")
        if zero or not (sign or rounded < 0):
            return plain
        return (MINUS if rounded < 0 else "+") + plain

    def percent(self, share: float) -> str:
        """A share in per cent: whole ones, or "less than 1 %"."""
        if 0.0 < abs(share) < 0.005:
            return self.text("number.less_than_one_percent")
        return self.text("number.percent", value=self.number(100.0 * share))

    def day(self, text: str) -> str:
        """A day such as 2022-11-14 in words."""
        year, month, day = (int(part) for part in text.split("-"))
        of_month = self.text("date.first") if day == 1 else str(day)
        return self.text("date.form", day=of_month, month=self.text(f"date.m{month}"), year=year)

    def listed(self, items: Sequence[str]) -> str:
        """Items as a list in a sentence."""
        if len(items) < 2:
            return "".join(items)
        return self.text("list.last", first=", ".join(items[:-1]), last=items[-1])


@cache
def language_of(code: str) -> Language:
    """A language by its code, one of `LANGUAGES`."""
    tree = tomllib.loads((TEXTS / f"{code}.toml").read_text(encoding="utf-8"))
    return Language(code, dict(flat(tree)))


def flat(tree: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    """The texts of nested tables with keys such as `effect.fewer`."""
    found: list[tuple[str, str]] = []
    for key, value in tree.items():
        found += flat(value, f"{above}{key}.") if isinstance(value, Mapping) else [(above + key, str(value))]
    return found


def capitalised(text: str) -> str:
    """A sentence with its first letter large."""
    return text[:1].upper() + text[1:]
