"""Bad input is reported all at once: one line for each problem, with file, key or row, value and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable


class InputError(ValueError):
    """Everything that is wrong with what a user gave; `problems` has one line for each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))
