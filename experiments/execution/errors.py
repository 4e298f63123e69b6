"""Why a run could not begin or not be finished."""

from __future__ import annotations


class RunError(Exception):
    """A run that could not begin (code 2: mistake of the user) or not be finished (code 1); the message says why."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code
