"""The experiment that a user starts from: copied by `corridor init`."""

from __future__ import annotations

from pathlib import Path

from corridor.model.engine.errors import InputError

STARTER = Path(__file__).parents[1] / "starter"


def copy_starter(folder: Path) -> list[Path]:
    """Copy an experiment, one policy and a README into a folder, and give back the new files.

    Other files may be in the folder. Raises InputError, and copies nothing, where a file would be overwritten or the
    folder cannot be written.
    """
    contents = {path.relative_to(STARTER): path.read_bytes() for path in sorted(STARTER.rglob("*")) if path.is_file()}
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
