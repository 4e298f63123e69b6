"""Results: the store of cases, comparison between worlds, tables and figures. Imports none of the other packages."""
