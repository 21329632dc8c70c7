"""Files that are whole or not there, and names that every file system takes."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import unicodedata
from pathlib import Path

from forms import OutputError

MAX_NAME_BYTES = 150  # of 255 that most file systems allow: room for "NN-", a suffix and what backup tools add
_FORBIDDEN = set('/\\:*?"<>|')
_RESERVED = {"con", "prn", "aux", "nul", *(f"com{i}" for i in range(1, 10)), *(f"lpt{i}" for i in range(1, 10))}

_REMEDIES = {
    errno.ENOSPC: "The disk is full: free some space, or choose another output folder.",
    errno.EDQUOT: "Your disk quota is used up: free some space, or choose another output folder.",
    errno.EROFS: "The file system is read-only: choose another output folder.",
    errno.EACCES: "Choose an output folder that you may write to, or have its permissions changed.",
    errno.EPERM: "Choose an output folder that you may write to, or have its permissions changed.",
    errno.ENOTDIR: "A file stands where a folder is needed: move it away, or choose another output folder.",
    errno.EEXIST: "A file stands where a folder is needed: move it away, or choose another output folder.",
    errno.EISDIR: "A folder stands where the file belongs: move it away, or choose another output folder.",
    errno.ENAMETOOLONG: "The path is too long for this file system: choose an output folder with a shorter path.",
}


def write_atomic(path: Path, data: bytes | str) -> None:
    """Write ``data`` (text as UTF-8) so that ``path`` holds either all of it or what it held before.

    Missing folders are made. The text goes to a hidden file in the same folder, is forced to disk and then takes the
    name; on any failure, an interrupt included, the hidden file is removed. Lone surrogates (from file names that are
    no UTF-8) are written as ``\\udcXX``, which JSON reads back. Raises ``OutputError`` with path and remedy.
    """
    content = data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_beside(path, content)
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "Check the disk, or choose another output folder.")
        raise OutputError(f"{path} cannot be written: {error.strerror or error}. {remedy}") from error


def _write_beside(path: Path, content: bytes) -> None:
    beside = path.parent / f".{secrets.token_hex(8)}.part"
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def safe_name(text: str, *, max_bytes: int = MAX_NAME_BYTES) -> str:
    """``text`` as a file name without its suffix: at most ``max_bytes`` of UTF-8, never empty.

    Chinese and other letters stay. Path separators and what Windows forbids become ``_``, control and invisible
    characters go, white space becomes one blank, dots and blanks at either end go, device names get a ``_``.
    """
    kept = []
    for character in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(character)
        if character.isspace():
            kept.append(" ")
        elif character in _FORBIDDEN:
            kept.append("_")
        elif kind not in ("Cc", "Cf", "Cs", "Cn"):
            kept.append(character)
    name = " ".join("".join(kept).split()).strip(". ")
    if name.partition(".")[0].rstrip().lower() in _RESERVED:
        name = f"_{name}"
    name = name.encode("utf-8")[:max_bytes].decode("utf-8", "ignore").rstrip(". ")
    return name or "unnamed"
