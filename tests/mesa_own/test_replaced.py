"""The replacement took place in the modules beside this one, and nowhere else."""

from __future__ import annotations

import sys

import mesa
from mesa import Agent, Model
from mesa.agent import AgentSet

from corridor.model.mesa_views import agents as ours


def test_the_names_imported_here_are_ours_and_mesa_is_as_before():
    assert (Agent, AgentSet, Model) == (ours.Agent, ours.AgentSet, ours.Model)
    assert (mesa.Agent, mesa.Model) == (ours.mesa.agent.Agent, ours.mesa.model.Model)
    assert mesa.Agent is not ours.Agent and mesa.agent.AgentSet is not ours.AgentSet


def test_mesas_modules_were_imported_with_ours():
    modules = [module for name, module in sys.modules.items() if name.startswith("tests.mesa_own.test_")]
    names = [
        (vars(module)[name], getattr(ours, name))
        for module in modules
        for name in ("Agent", "AgentSet", "Model")
        if name in vars(module)
    ]
    assert len(names) >= 3 and all(theirs is mine for theirs, mine in names)
