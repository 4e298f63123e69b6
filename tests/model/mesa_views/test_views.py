"""One row of a table as a Mesa agent, and the table as a sequence and as a frame."""

from __future__ import annotations

from typing import ClassVar

import mesa
import numpy as np
import pandas as pd
import pytest

from corridor.model.engine.tables import Column, Table
from corridor.model.mesa_views.agents import AgentSet
from corridor.model.mesa_views.views import RowAgent
from tests.model.mesa_views.farm import Cow, Farm, Farmer, Herd


def test_a_view_reads_and_writes_its_row(farm):
    cow = farm.herd[2]
    assert isinstance(cow, mesa.Agent) and isinstance(cow, Cow)
    assert (cow.weight, cow.legs, cow.alive) == (2.0, 4, False)
    assert [type(value) for value in (cow.weight, cow.legs, cow.alive, cow.key)] == [float, int, bool, int]
    cow.weight, cow.alive, cow.key = 2.5, True, 2**64 - 1
    assert farm.herd.weight[:4].tolist() == [3, 1, 2.5, 3]
    assert farm.herd.alive[:4].tolist() == [False, False, True, False] and farm.herd[2].key == 2**64 - 1


def test_two_views_of_a_row_are_equal_and_hash_alike(farm):
    assert farm.herd[2] == farm.herd[2] and farm.herd[2] is not farm.herd[2]
    assert len({farm.herd[2], farm.herd[2], farm.herd[3]}) == 2
    assert farm.herd[2] != farm.flock[2] and farm.herd[2] != Farm().herd[2] and farm.herd[2] != 2


def test_unique_ids_are_stable_and_shared_with_nobody(farm):
    farmers = Farmer.create_agents(farm, 2)
    ids = farm.agents.get("unique_id")
    assert ids == [10**12 + row for row in range(6)] + [2 * 10**12 + row for row in range(3)] + [1, 2]
    before = farm.herd[5].unique_id
    farm.herd.add(50)
    assert farm.herd[5].unique_id == before and len(farmers) == 2


WRONG = [("legs", 4.5), ("legs", 200), ("legs", float("nan")), ("alive", 2), ("key", -1)]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_column_refuses_what_it_cannot_hold(farm, name, value):
    with pytest.raises(ValueError, match=f"{name}: .* is not allowed"):
        setattr(farm.herd[0], name, value)
    with pytest.raises(ValueError, match=f"{name}: .* is not allowed"):
        farm.herd.agents.set(name, value)
    assert (farm.herd[0].legs, farm.herd[0].alive, farm.herd[0].key) == (4, False, 0)


def test_a_view_keeps_nothing_of_its_own_and_is_not_made_or_removed(farm):
    with pytest.raises(AttributeError, match="Cow 1 cannot keep 'name'; its columns are weight, legs"):
        farm.herd[1].name = "Bella"
    with pytest.raises(AttributeError):
        farm.herd[1].unique_id = 4
    with pytest.raises(TypeError, match="never removed"):
        farm.herd[1].remove()
    with pytest.raises(TypeError, match="cannot be made"):
        Cow.create_agents(farm, 3)
    with pytest.raises(TypeError, match="never removed"):
        farm.remove_all_agents()
    assert len(farm.agents) == 9


def test_a_column_may_not_hide_a_name_of_mesa():
    class Bad(Table):
        COLUMNS: ClassVar = {"model": Column("i1", "", "hides the model")}

    with pytest.raises(TypeError, match="'model' hides"):
        type("BadAgent", (RowAgent,), {"TABLE": Bad})


def test_columns_explain_themselves():
    assert Cow.weight.__doc__ == "weight (kg)" and Cow.legs.__doc__ == "number of legs"


# the table


def test_a_table_is_indexed_like_a_sequence_and_like_a_frame(farm):
    herd = farm.herd
    assert len(herd) == 6 and [cow.row for cow in herd] == list(range(6)) and herd[-1] == herd[5]
    assert herd[np.int64(3)] == herd[3] and herd[3] in herd and farm.flock[0] not in herd
    assert list(herd[1:3]) == [herd[1], herd[2]] and isinstance(herd[1:3], AgentSet)
    assert herd[herd["weight"] == 3].get("unique_id") == [herd[0].unique_id, herd[3].unique_id]
    assert list(herd[[4, 0, 4, -1]]) == [herd[4], herd[0], herd[5]]
    assert len(herd[[]]) == 0 and len(herd[pd.Series([True] * 6)]) == 6
    herd["weight"][0] = 9
    assert herd[0].weight == 9


def test_what_is_out_of_range_is_refused_in_words(farm):
    for row in (6, -7):
        with pytest.raises(IndexError, match=f"row {row} is out of range; the table has 6"):
            farm.herd[row]
    with pytest.raises(IndexError, match="agent 9 is out of range; the set has 9"):
        farm.agents[9]
    for which in ([6], [True, False], [0.5]):
        with pytest.raises(IndexError):
            farm.herd[which]
    with pytest.raises(KeyError, match="no column 'height'; there are weight"):
        farm.herd["height"]
    with pytest.raises(KeyError, match="not a column of every agent"):
        farm.agents["weight"]


def test_a_table_becomes_a_frame_of_copies(farm):
    frame = pd.DataFrame(farm.herd.as_dict())
    assert list(frame.columns) == list(Herd.COLUMNS) and len(frame) == 6
    farm.herd.as_dict()["weight"][0] = 99
    assert farm.herd[0].weight == 3
