"""The experiment that a user starts from: copied by `corridor init`."""

from __future__ import annotations

from pathlib import Path

from corridor.experiments.config.documents.messages import allowed
from corridor.model.engine.errors import InputError

STARTER = Path(__file__).parents[1] / "starter"
CORRIDORS = Path(__file__).parents[1] / "corridors"  # a folder for each other corridor that ships


def corridors() -> list[str]:
    """Names of the other corridors that ship."""
    return sorted(path.name for path in CORRIDORS.iterdir() if path.is_dir())


def copy_starter(folder: Path, corridor: str | None = None) -> list[Path]:
    """Copy an experiment, one policy and a README into a folder, and give back the new files; of another corridor that
    ships also its data files.

    Other files may be in the folder. Raises InputError, and copies nothing, for an unknown corridor, where a file would
    be overwritten or the folder cannot be written.
    """
    if corridor is not None and corridor not in corridors():
        raise InputError([f"--from: {corridor!r} is no corridor that ships{allowed(corridors(), corridor)}"])
    source = STARTER if corridor is None else CORRIDORS / corridor
    contents = {path.relative_to(source): path.read_bytes() for path in sorted(source.rglob("*")) if path.is_file()}
    new = {folder / name: content for name, content in contents.items()}
    try:
        if there := [path for path in new if path.exists() or path.is_symlink()]:
            hint = "would be overwritten; remove it, or give another folder"
            raise InputError(f"{path}: {hint}" for path in there)
        for path, content in new.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except (FileExistsError, NotADirectoryError) as error:
        raise InputError([f"{error.filename}: is a file; give a folder"]) from None
    except OSError as error:
        raise InputError([f"{error.filename or folder}: cannot be written: {error.strerror}"]) from None
    return list(new)
