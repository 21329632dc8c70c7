"""``source.json``: which files a document was read from and how they were loaded, so that its scans are found again."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from export.files import write_atomic
from layout import LoadSettings

from .inputs import InputFile

NAME = "source.json"
SCHEMA = "gouji.source/1"


def source_to_dict(files: Sequence[InputFile], load: LoadSettings) -> dict[str, Any]:
    """The document's files in reading order, by label and absolute path.

    ``bytes`` and ``mtime_ns`` are those of the moment, -1 where there is no such file: a page whose file has others
    since may look otherwise than what was read.
    """
    listed = [{"label": f.label, "path": f.path, "bytes": f.bytes, "mtime_ns": f.mtime_ns} for f in files]
    return {"schema": SCHEMA, "files": listed, "load": dataclasses.asdict(load)}


def write_source(folder: Path, files: Sequence[InputFile], load: LoadSettings) -> None:
    """Tell in the document's folder what it was read from. Raises ``OutputError``."""
    source = source_to_dict(files, load)
    write_atomic(folder / NAME, json.dumps(source, ensure_ascii=False, indent=1) + "\n")


def paths_in(folder: Path) -> list[str] | None:
    """The absolute paths that a document's folder was read from; None where nothing says it."""
    try:
        data = json.loads((folder / NAME).read_text("utf-8"))
        return [str(file["path"]) for file in data["files"]]
    except (OSError, ValueError, TypeError, KeyError):
        return None
