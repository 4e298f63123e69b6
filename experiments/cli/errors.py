"""How a command ends: what goes wrong is told in lines on stderr, with an exit code and no traceback."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import NoReturn

import typer

FAILED, MISTAKE, STOPPED, BROKEN_PIPE = 1, 2, 130, 141


@contextlib.contextmanager
def answering() -> Iterator[None]:
    """Turns what can go wrong into lines on stderr and an exit code."""
    try:
        from corridor.model.engine.errors import InputError
    except ValueError as error:  # the model reads its table of parameters when it is imported
        end(str(error), MISTAKE)
    try:
        yield
    except InputError as error:
        end("\n".join(error.problems), MISTAKE)
    except KeyboardInterrupt:
        end("stopped by Ctrl-C; nothing was written", STOPPED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads: let the last flush go nowhere
        raise typer.Exit(BROKEN_PIPE) from None


@contextlib.contextmanager
def answering_of_a_store(code: int = FAILED) -> Iterator[None]:
    """As `answering`, for commands that read a store; a store that cannot be read ends them with `code`."""
    with answering():
        from corridor.results.store.case_file import StoreError

        try:
            yield
        except StoreError as error:
            end(str(error), code)
        except BrokenPipeError:
            raise  # nobody reads: `answering` knows
        except OSError as error:
            end(f"{error.filename}: {error.strerror or error}", FAILED)


def end(message: str, code: int) -> NoReturn:
    """Say why on stderr, and end."""
    print(message, file=sys.stderr)
    sys.exit(code)
