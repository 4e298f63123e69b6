"""The options shared by all commands that run cases, declared once.

A command is written as `def compare(options: RunOptions, config: ConfigFile, ...)` and registered with
`@command(app)`; the common options follow its own.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer
from typer.core import TyperCommand

from corridor.experiments.cli.errors import MISTAKE, end

ConfigFile = Annotated[
    str, typer.Argument(metavar="CONFIG", help="The experiment file (YAML), or the name of a shipped one.")
]
World = Annotated[str | None, typer.Option("--world", metavar="NAME", help="A world of the file.")]
Indicators = Annotated[
    list[str] | None, typer.Option("--indicator", metavar="NAME", help="An indicator; repeatable.", show_default=False)
]
Parameters = Annotated[
    list[str] | None,
    typer.Option("--parameter", metavar="NAME", help="A parameter, or several with commas between; repeatable."),
]
Groups = Annotated[
    list[str] | None,
    typer.Option(
        "--group", metavar="NAME[=A,B,...]", help="Parameters of a declared group, or of one of your own; repeatable."
    ),
]
Grades = Annotated[
    list[str] | None, typer.Option("--grade", metavar="A|B|C", help="Parameters of a grade; repeatable.")
]
SampleSeed = Annotated[int, typer.Option("--sample-seed", min=0, help="Seed of the sample of points or orders.")]
Sampler = Annotated[
    str,
    typer.Option("--sampler", metavar="HOW", help="latin_hypercube, or sobol (2, 4, 8 ... points; fewer begin more)."),
]
Split = Annotated[
    str, typer.Option("--split", metavar="HOW", help="How a published cost is split: dirichlet or equal.")
]


@dataclass(frozen=True)
class RunOptions:
    """Folder for results, changes to the file's settings, where cases run, and how much is printed."""

    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the results; below results/runs/ by default.", show_default=False),
    ] = None
    seeds: Annotated[
        str | None, typer.Option(metavar="N", help="How many seeds, instead of the file's.", show_default=False)
    ] = None
    scale: Annotated[
        str | None, typer.Option(metavar="X", help="People per agent, instead of the file's.", show_default=False)
    ] = None
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes at a time; by default as many as cores.")] = None
    dask: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Run on the Dask cluster at this address; 'local' starts one here."),
    ] = None
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only report how many cases would run, and about how long.")
    ] = False
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="Set a key of the file, as in parameters.p_retry=0.8; repeatable."
        ),
    ] = None
    quiet: Annotated[bool, typer.Option("--quiet", help="Print neither progress nor results.")] = False

    def for_interface(self) -> dict[str, Any]:
        """The options as the functions of `experiments.interface` take them."""
        return {
            "out": self.out,
            "seeds": self.seeds,
            "scale": self.scale,
            "jobs": self.jobs,
            "dask": self.dask,
            "settings": self.settings or (),
        }


class Command(TyperCommand):
    """A command that names all options and arguments that are missing, not only the first."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; ends with a message where several are missing."""
        if not ctx.resilient_parsing and len(missing := self.missing(ctx, args)) > 1:
            ctx.fail(f"Missing: {', '.join(missing)}.")
        return super().parse_args(ctx, args)

    def missing(self, ctx: Any, args: list[str]) -> list[str]:
        """What is required and not given, as it is called in messages; nothing where help is asked for."""
        given, _, order = self.make_parser(ctx).parse_args(args=list(args))
        if any(each.is_eager for each in order if given.get(each.name)):
            return []
        wanted = [each for each in self.get_params(ctx) if each.required and not given.get(each.name)]
        return [each.opts[0] if each.param_type_name == "option" else str(each.metavar or each.name) for each in wanted]


def command(app: typer.Typer, only: tuple[str, ...] = ()) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function whose first parameter is `options: RunOptions` as a command that has all of these options, or
    `only` some of them."""
    shared = [each for each in fields(RunOptions) if not only or each.name in only]

    def register(function: Callable[..., None]) -> Callable[..., None]:
        hints = get_type_hints(function, include_extras=True)
        common = get_type_hints(RunOptions, include_extras=True)
        own = [p for p in inspect.signature(function).parameters.values() if p.name != "options"]
        parameters = [p.replace(annotation=hints[p.name], kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
        parameters += [
            inspect.Parameter(
                each.name, inspect.Parameter.KEYWORD_ONLY, default=each.default, annotation=common[each.name]
            )
            for each in shared
        ]

        def with_options(**values: Any) -> None:
            options = RunOptions(**{each.name: values.pop(each.name) for each in shared})
            function(options, **values)

        with_options.__name__ = function.__name__
        with_options.__doc__ = function.__doc__
        with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        with_options.__annotations__ = {p.name: p.annotation for p in parameters}
        app.command()(with_options)
        return function

    return register


def day(text: str) -> date:
    """A day that is given on the command line."""
    from corridor.model.inputs.reader import to_date

    if (found := to_date(text)) is None:
        raise typer.BadParameter(f"{text!r} is not allowed; a date such as 2022-11-14")
    return found


def day_or_month(text: str) -> date:
    """A day, or the first of a month, that is given on the command line."""
    from corridor.model.inputs.reader import to_date, to_month

    if (found := to_date(f"{text}-01" if to_month(text) else text)) is None:
        raise typer.BadParameter(f"{text!r} is not allowed; a date such as 2022-11-14, or a month such as 2022-11")
    return found


def each_of(texts: list[str] | None) -> tuple[str, ...]:
    """Values of a repeatable option, each of which may hold several with commas between; each once, in order."""
    values = [part.strip() for text in texts or () for part in text.split(",")]
    named = tuple(dict.fromkeys(value for value in values if value))
    if texts and not named:
        end("command line: an option that takes a name has none; allowed: a name, or not to give the option", MISTAKE)
    return named
