"""People at the coast who choose between boats and lorries: D35."""

from __future__ import annotations

from datetime import date

import numpy as np

from corridor.calibration.evidence.derivations.cut import Cut, default, default_at
from corridor.calibration.evidence.derivations.patrols import beach_stops
from corridor.calibration.evidence.derivations.trade import BOOKS_A_DAY, PAUSE_AFTER_STOP, queue_target_days
from corridor.model.inputs.history import History

FARE_2022 = 3000.0  # EUR, fare_boat


def p_found() -> float:
    """Chance that a lorry attempt ends at the port, all tools together (as `ports.search` has it)."""
    lorries = default("dog_teams") * default("dog_hours") * default("dog_lorries_per_hour")
    dogs = min(1.0, lorries / default("lorries_per_day")) * default("p_dog_finds")
    seen = default("p_seen_cctv")
    boards = 1.0 - seen + seen * (1.0 - default("cctv_alert_share")) * default("cctv_other_port")
    return 1.0 - boards * (1.0 - dogs) * (1.0 - default("p_found_co2"))


def lorry_preference(cut: Cut) -> float:
    """D35: lorry attempts of 2019 a day over the people at the coast who do not rest; a logit against waiting."""
    tries = cut.annual("lorry_detected")[2019] / p_found() / 365.0
    people = np.mean([cut.annual("camp_stock")[year] for year in (2017, 2020)])
    people -= tries * p_found() * PAUSE_AFTER_STOP
    chance = tries / people
    access = np.log(History().value("lorry_access", date(2019, 7, 1)))
    return float(np.log(chance / (1.0 - chance)) - default("risk_weight") * p_found() - access)


def boat_preference(cut: Cut) -> float:
    """D35: the utility at which a person who can pay books with the chance BOOKS_A_DAY, at the values of 2022."""
    weighed = (
        default("risk_weight") * beach_stops(cut, cut.year)
        + default_at("death_weight", cut) * default("prior_deaths_per_10k")
        + default("fare_weight") * cut.of_grown(FARE_2022) / default("money_median")
        + default("wait_weight") * queue_target_days(cut)
    )
    return float(np.log(BOOKS_A_DAY / (1.0 - BOOKS_A_DAY)) - weighed)
