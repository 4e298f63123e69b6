"""Variables of many case files as arrays that are read when they are used, by xarray's own lazy indexing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.backends import BackendArray
from xarray.core import indexing

from corridor.results.store.case_file import StoreError, open_case


@dataclass(frozen=True)
class CaseFiles:
    """Where the cells of a batch are: file name and row in it, both of the shape (world, [point,] seed).

    A cell that is not there has the row -1.
    """

    directory: Path
    names: NDArray[np.str_]
    rows: NDArray[np.integer]


class LazyVariable(BackendArray):
    """One variable over all cells: (world, [point,] seed, ...), read file by file, NaN where a case is missing."""

    def __init__(self, files: CaseFiles, name: str, rest: tuple[int, ...]) -> None:
        self.files, self.name = files, name
        self.shape = (*files.names.shape, *rest)
        self.dtype = np.dtype(np.float64)

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)

    def _read(self, key: tuple[Any, ...]) -> NDArray[np.float64]:
        """Values at a whole number, slice or list of positions on each axis."""
        axes = self.files.names.ndim
        cells = np.ix_(*(np.atleast_1d(np.arange(n)[k]) for n, k in zip(self.shape, key[:axes], strict=False)))
        names, rows = self.files.names[cells], self.files.rows[cells]
        rest = tuple(np.atleast_1d(np.arange(n)[k]) for n, k in zip(self.shape[axes:], key[axes:], strict=True))
        values = np.full((names.size, *(len(each) for each in rest)), np.nan)
        for name in np.unique(names[rows >= 0]):
            here = np.flatnonzero((names == name) & (rows >= 0))
            values[here] = self._of_file(str(name))[np.ix_(rows.reshape(-1)[here], *rest)]
        kept = [n for n, k in zip((*names.shape, *values.shape[1:]), key, strict=True) if not np.isscalar(k)]
        return values.reshape(kept)

    def _of_file(self, name: str) -> NDArray[np.float64]:
        path = self.files.directory / name
        try:
            with h5py.File(path) as file:
                return np.asarray(file[self.name][()])
        except Exception as error:  # HDF5 raises nearly everything on a damaged file
            raise StoreError(f"{path}: cannot be read as a case: {error}") from error


def lazily(files: CaseFiles, dims: tuple[str, ...], example: str) -> xr.Dataset:
    """A dataset over all cells; variables, units, days and labels are those of the case `example`."""
    case = open_case(files.directory / example)
    variables: dict[str, Any] = {}
    for name, variable in case.data_vars.items():
        array = indexing.LazilyIndexedArray(LazyVariable(files, str(name), variable.shape[1:]))
        variables[str(name)] = xr.Variable((*dims, *variable.dims[1:]), array, variable.attrs)
    coordinates = {name: case.coords[name] for name in case.coords if name != "seed"}
    return xr.Dataset(variables, coordinates, {"indicators": case.attrs["indicators"], "scale": case.attrs["scale"]})
