"""How a command ends: errors are reported as lines on stderr, with an exit code and no traceback.

Exit codes: 0 done; 1 something failed; 2 a mistake in a file or on the command line; 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import NoReturn

import typer

FAILED, MISTAKE, STOPPED, BROKEN_PIPE = 1, 2, 130, 141


@contextlib.contextmanager
def report_errors() -> Iterator[None]:
    """Turns errors into lines on stderr and an exit code."""
    try:
        from corridor.experiments.execution.errors import RunError
        from corridor.model.engine.errors import InputError
    except ValueError as error:  # the model reads its table of parameters when it is imported
        end(str(error), MISTAKE)
    try:
        yield
        sys.stdout.flush()
    except InputError as error:
        end("\n".join(error.problems), MISTAKE)
    except RunError as error:
        end(str(error), error.code)
    except KeyboardInterrupt:
        end("stopped by Ctrl-C; finished cases are kept, and the same command continues from there", STOPPED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader is gone: discard what is left
        raise typer.Exit(BROKEN_PIPE) from None
    except OSError as error:
        end(f"{error.filename or 'the output'}: {error.strerror or error}", FAILED)


@contextlib.contextmanager
def report_store_errors(code: int = FAILED) -> Iterator[None]:
    """As `report_errors`, for commands that read a store; a store that cannot be read ends them with `code`."""
    with report_errors():
        from corridor.results.store.case_file import StoreError

        try:
            yield
        except StoreError as error:
            end(str(error), code)


def end(message: str, code: int) -> NoReturn:
    """Print the reason on stderr, and end."""
    from corridor.model.inputs.characters import harmless

    print(harmless(message), file=sys.stderr)
    sys.exit(code)
