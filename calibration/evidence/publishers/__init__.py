"""Files of publishers read as they are: one file for each source, with one shared shape of a layout."""

from __future__ import annotations

from corridor.calibration.evidence.publishers.eurostat import EUROSTAT
from corridor.calibration.evidence.publishers.frontex import FRONTEX
from corridor.calibration.evidence.publishers.home_office import HOME_OFFICE
from corridor.calibration.evidence.publishers.missing_migrants import MISSING_MIGRANTS
from corridor.calibration.evidence.publishers.quarterly import QUARTERLY
from corridor.calibration.evidence.publishers.source import Source
from corridor.calibration.evidence.publishers.unhcr import UNHCR

SOURCES: dict[str, Source] = {
    each.name: each for each in (HOME_OFFICE, QUARTERLY, FRONTEX, MISSING_MIGRANTS, UNHCR, EUROSTAT)
}
