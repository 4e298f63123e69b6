"""Results: the store of cases, comparison between worlds, tables and figures. Imports none of the other packages.

`results.open("DIR")` is a batch as one lazy dataset, `results.to_frame("DIR")` its yearly figures as a table.
"""

from results.batch import open_batch as open
from results.batch import to_frame

__all__ = ["open", "to_frame"]
