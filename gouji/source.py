"""``source.json``: which files a document was read from and how they were loaded, so that its scans are found again."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from layout import Document, LoadSettings

NAME = "source.json"
SCHEMA = "gouji.source/1"


def source_to_dict(document: Document, load: LoadSettings) -> dict[str, Any]:
    """The document's files in reading order, by label and absolute path.

    ``bytes`` and ``mtime_ns`` are those of the moment, -1 where there is no such file: a page whose file has others
    since may look otherwise than what was read.
    """
    files = []
    for file in document.files:
        try:
            info = file.stat()
            size, modified = info.st_size, info.st_mtime_ns
        except OSError:
            size = modified = -1
        files.append(
            {"label": document.label(file), "path": file.absolute().as_posix(), "bytes": size, "mtime_ns": modified}
        )
    return {"schema": SCHEMA, "files": files, "load": dataclasses.asdict(load)}


def dump_source(source: dict[str, Any]) -> str:
    return json.dumps(source, ensure_ascii=False, indent=1) + "\n"
