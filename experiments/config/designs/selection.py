"""Which parameters an analysis varies: chosen by name, by declared group, by a group of the user's own, or by grade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from corridor.experiments.config.documents.messages import allowed, shown
from corridor.experiments.config.policies.strengths import GROUP as STRENGTHS
from corridor.model import PARAMETERS
from corridor.model.engine.errors import InputError
from corridor.model.parameters import FIXED, Parameter

GRADES = ("A", "B", "C")
HINT = "; see `corridor list parameters`"


@dataclass(frozen=True)
class Selection:
    """Parameters by name, and those that are in one of the groups and of one of the grades.

    A group is a declared one, or NAME=A,B,... of the user's own. Without any choice, every parameter is selected that
    has a distribution and that the experiment file gives no value. Strengths of measures (`strength.NAME`, of the group
    `strengths`) are selected only by name or group.
    """

    names: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()

    @property
    def own_groups(self) -> dict[str, tuple[str, ...]]:
        """The user's own groups: name -> parameters."""
        pairs = [text.partition("=") for text in self.groups if "=" in text]
        return {name.strip(): tuple(each.strip() for each in members.split(",")) for name, _, members in pairs}

    @property
    def declared_groups(self) -> tuple[str, ...]:
        """Those of the groups that are declared ones."""
        return tuple(name for name in self.groups if "=" not in name)

    def group_of(self, parameter: str, table: Mapping[str, Parameter] = PARAMETERS) -> str:
        """The user's own group of a parameter, else its declared one."""
        own = (group for group, members in self.own_groups.items() if parameter in members)
        return next(own, table[parameter].group)

    def label_of(self, parameter: str, table: Mapping[str, Parameter] = PARAMETERS) -> str:
        """By what a parameter is known where groups move together: its group, or its own name where it is chosen by
        name beside groups."""
        group = self.group_of(parameter, table)
        alone = self.groups and parameter in self.names and group not in (*self.declared_groups, *self.own_groups)
        return parameter if alone else group


EVERY_FREE_PARAMETER = Selection()


def selected_parameters(
    selection: Selection, given: Mapping[str, float], table: Mapping[str, Parameter] = PARAMETERS
) -> tuple[str, ...]:
    """The parameters of a selection, in the order of their declaration, or as named where only names are given.

    What is fixed, or has a value in the experiment file (`given`), is taken only where it is named, which is a problem
    that is reported. Raises InputError with all that is wrong, as options of the command line.
    """
    problems = list(selection_problems(selection, given, table))
    if problems:
        raise InputError(f"command line {text}" for text in problems)
    if selection.names and not (selection.groups or selection.grades):
        return selection.names
    found = {name for name in chosen_by_kind(selection, table) if name not in given} | set(selection.names)
    if not found:
        raise InputError(["command line --group, --grade: no parameter is of these; nothing to vary"])
    return tuple(name for name in table if name in found)


def left_out_parameters(
    selection: Selection, given: Mapping[str, float], table: Mapping[str, Parameter] = PARAMETERS
) -> tuple[str, ...]:
    """The parameters that a selection would take if the experiment file did not give their values."""
    if selection.names and not (selection.groups or selection.grades):
        return ()
    return tuple(name for name in chosen_by_kind(selection, table) if name in given)


def chosen_by_kind(selection: Selection, table: Mapping[str, Parameter]) -> tuple[str, ...]:
    """The parameters with a distribution that are in one of the groups and of one of the grades."""
    groups, grades = (*selection.declared_groups, *selection.own_groups), selection.grades
    chosen = [name for members in selection.own_groups.values() for name in members]
    return tuple(
        p.name
        for p in table.values()
        if p.distribution != FIXED
        and (p.group != STRENGTHS or STRENGTHS in groups or p.name in chosen)
        and (not groups or selection.group_of(p.name, table) in groups)
        and (not grades or p.grade in grades)
    )


def selection_problems(
    selection: Selection, given: Mapping[str, float], table: Mapping[str, Parameter] = PARAMETERS
) -> Iterator[str]:
    """What is wrong with a selection, in words."""
    for k, name in enumerate(selection.names):
        if problem := name_problem(name, table):
            yield f"--parameter: {problem}"
        elif name in given:
            yield f"--parameter: {name!r} has a value in the file; give it in one place"
        elif name in selection.names[:k]:
            yield f"--parameter: {name!r} is listed twice"
    declared = tuple(dict.fromkeys(p.group for p in table.values()))
    for option, asked, known in (
        ("--group", selection.declared_groups, declared),
        ("--grade", selection.grades, GRADES),
    ):
        for name in asked:
            if name not in known:
                yield f"{option}: {shown(name)} is not known{allowed(known, name)}"
    yield from own_group_problems(selection, declared, table)


def own_group_problems(
    selection: Selection, declared: tuple[str, ...], table: Mapping[str, Parameter]
) -> Iterator[str]:
    """What is wrong with the user's own groups, in words."""
    members = [name for group in selection.own_groups.values() for name in group]
    for group in selection.own_groups:
        if not group or group in declared:
            yield f"--group: {group!r} cannot name your own group; allowed: a name that no declared group has"
    for name in dict.fromkeys(members):
        if problem := name_problem(name, table):
            yield f"--group: {problem}"
        elif members.count(name) > 1 or table[name].group in selection.groups:
            yield f"--group: {name!r} is in two groups; allowed: one"


def name_problem(name: str, table: Mapping[str, Parameter]) -> str:
    """Why a parameter cannot be varied; nothing if it can."""
    if name not in table:
        return f"{name!r} is not a known parameter{allowed(table, name, HINT)}"
    return f"{name!r} is fixed; it has no distribution to sample" if table[name].distribution == FIXED else ""
