"""Variables of many case files as arrays that are read when they are used, by xarray's own lazy indexing.

Worlds may have places and legs of their own. A breakdown then has the labels of all worlds, those of the first in
front; where a world has no such label, its flow is zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.backends import BackendArray
from xarray.core import indexing

from corridor.results.store.case_file import StoreError, open_case, unreadable
from corridor.results.store.result_files import AGAIN
from corridor.results.store.whole_files import sha256


@dataclass(frozen=True)
class CaseFiles:
    """Where the cells of a batch are: file name and row in it, both of the shape (world, [point,] seed).

    A cell that is not there has the row -1. `hashes` is the SHA-256 of each file, which is compared once, before the
    first of its values is read.
    """

    directory: Path
    names: NDArray[np.str_]
    rows: NDArray[np.integer]
    hashes: Mapping[str, str]
    compared: set[str] = field(default_factory=set)

    def path_of(self, name: str) -> Path:
        """The path of a file. Raises StoreError where it is not the file that was written."""
        path = self.directory / name
        if name not in self.compared:
            if not path.is_file() or sha256(path) != self.hashes[name]:
                raise StoreError(f"{path}: is missing or not the file that was written; {AGAIN}")
            self.compared.add(name)
        return path


class LazyVariable(BackendArray):
    """One variable over all cells: (world, [point,] seed, ...), read file by file, NaN where a case is missing."""

    def __init__(self, files: CaseFiles, name: str, rest: tuple[int, ...], labels: Labels | None = None) -> None:
        self.files, self.name, self.labels = files, name, labels
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
        path = self.files.path_of(name)
        try:
            with h5py.File(path) as file:
                values = np.asarray(file[self.name][()])
                return values if self.labels is None else self.labels.spread(values, file)
        except Exception as error:  # HDF5 raises nearly everything on a damaged file
            raise unreadable(path, error) from error


@dataclass(frozen=True)
class Labels:
    """The labels of a breakdown, its last dimension, over worlds that differ in them."""

    dimension: str
    keys: tuple[tuple[str, int], ...]

    def spread(self, values: NDArray[np.floating], file: h5py.File) -> NDArray[np.float64]:
        """The values of a case at the places of their labels, zero at those that the case does not have."""
        place = {key: k for k, key in enumerate(self.keys)}
        found = np.zeros((*values.shape[:-1], len(self.keys)))
        found[..., [place[key] for key in counted(file[self.dimension].asstr()[()])]] = values
        return found


def counted(labels: Iterable[object]) -> list[tuple[str, int]]:
    """Each label with how often it came before: two legs may join the same places."""
    seen: Counter[str] = Counter()
    found = []
    for label in map(str, labels):
        found.append((label, seen[label]))
        seen[label] += 1
    return found


def differing_labels(cases: Sequence[xr.Dataset]) -> dict[str, Labels]:
    """Dimension -> the labels of all cases, for the dimensions in whose labels cases differ."""
    found = {}
    for dimension in {str(dim) for case in cases for dim in case.dims} - {"seed", "time", "year"}:
        each = [counted(case[dimension].values) for case in cases]
        if any(keys != each[0] for keys in each):
            found[dimension] = Labels(dimension, tuple(dict.fromkeys(key for keys in each for key in keys)))
    return found


def lazily(files: CaseFiles, dims: tuple[str, ...], examples: Sequence[str]) -> xr.Dataset:
    """A dataset over all cells; variables, units and days are those of the first case of `examples`, labels those of
    all of them."""
    cases = [open_case(files.directory / example) for example in examples]
    case, own = cases[0], differing_labels(cases)
    variables: dict[str, Any] = {}
    for name, variable in case.data_vars.items():
        labels = own.get(str(variable.dims[-1]))
        rest = (*variable.shape[1:-1], len(labels.keys)) if labels else variable.shape[1:]
        array = indexing.LazilyIndexedArray(LazyVariable(files, str(name), rest, labels))
        variables[str(name)] = xr.Variable((*dims, *variable.dims[1:]), array, variable.attrs)
    coordinates: dict[Any, Any] = {name: case.coords[name] for name in case.coords if name != "seed"}
    coordinates |= {name: (name, [label for label, _ in labels.keys]) for name, labels in own.items()}
    return xr.Dataset(variables, coordinates, {"indicators": case.attrs["indicators"], "scale": case.attrs["scale"]})
