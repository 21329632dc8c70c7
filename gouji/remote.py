"""Scans and results at URLs (``s3://``, ``memory://``, ``file://`` and whatever else fsspec knows).

The run itself sees local folders only. Scans stand in a local tree as empty stand-ins with the size and time of the
files they stand for, so that what an earlier run has read is known without a download; a document's files are fetched
when it is its turn and become stand-ins again when it is done. Results are written below a local folder, which also
holds the ledger, and copied to their URL document by document.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import json
import logging
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path, PurePosixPath
from typing import Any

from forms import OutputError, UsageError
from layout import Document

from .output import OVERLAYS, PAGES, stamps
from .spool import NAME as SPOOL
from .store import LocalStore, Store

PARALLEL = 8
"""Files of a document that are fetched or sent at once."""
TRIES, PAUSE = 3, 1.0
JOURNAL = "uploaded.jsonl"
SUMMARIES = ("run.json", "status.json")
log = logging.getLogger(__name__)


def is_url(place: str) -> bool:
    return "://" in place


@dataclass(frozen=True, slots=True)
class Mounted:
    """Local paths for a run whose inputs or output may be URLs."""

    inputs: tuple[Path, ...]
    out: Path
    store: Store


@contextlib.contextmanager
def mounted(
    inputs: Sequence[str], out: str, *, work: Path | None = None, most_bytes: int = 4 << 30
) -> Iterator[Mounted]:
    """Stand-ins for the inputs that are URLs, a local folder for an output that is one; both below ``work``.

    ``work`` is the same for the same inputs and output (by default a folder of the user's cache): the next run goes on
    there. ``most_bytes``: fetched scans that lie there at once, one document at least. Raises ``UsageError`` for a URL
    that cannot be used.
    """
    if not any(map(is_url, [*inputs, out])):
        yield Mounted(tuple(map(Path, inputs)), Path(out), LocalStore())
        return
    own = hashlib.sha256(json.dumps([sorted(inputs), out]).encode()).hexdigest()[:16]
    folder = (work or _cache() / "gouji") / own
    remote = RemoteStore(folder, out if is_url(out) else "", most_bytes)
    try:
        paths = tuple(remote.stand_in(place) if is_url(place) else Path(place) for place in inputs)
        yield Mounted(paths, remote.out if is_url(out) else Path(out), remote)
        remote.send_summaries()
    finally:
        shutil.rmtree(folder / "scans", ignore_errors=True)


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


@dataclass
class RemoteStore:
    """A ``Store`` at URLs. ``folder``: what is local of it; ``target``: URL of the results, empty for local ones."""

    folder: Path
    target: str
    most_bytes: int
    _remote: dict[Path, tuple[Any, str, int, int]] = field(default_factory=dict)
    _fetched: dict[Path, int] = field(default_factory=dict)
    _sent: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.out = self.folder / "out"
        self.out.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.folder / "scans", ignore_errors=True)  # of a run that was killed
        if self.target:
            self._target, self._root = _file_system(self.target)
            self._sent = _read_journal(self.folder / JOURNAL)

    @property
    def full(self) -> bool:
        return sum(self._fetched.values()) >= self.most_bytes

    # Scans

    def stand_in(self, url: str) -> Path:
        """A local file or folder that stands for the one at ``url``. Raises ``UsageError`` when nothing is there."""
        system, root = _file_system(url)
        name = PurePosixPath(root.rstrip("/")).name or "scans"
        top = self.folder / "scans" / hashlib.sha256(url.encode()).hexdigest()[:8] / name
        try:
            found = {root: system.info(root)} if system.isfile(root) else system.find(root, detail=True)
        except Exception as error:
            raise UsageError(f"{url} cannot be read: {_said(error)} Check the address and your access.") from error
        if not found:
            raise UsageError(f"{url}: nothing is there. Check the address.")
        for path, info in found.items():
            inside = PurePosixPath(path).relative_to(root) if path != root else PurePosixPath()
            if ".." in inside.parts:
                continue
            self._stand_for(top / inside, system, path, int(info.get("size") or 0), _nanoseconds(info))
        return top

    def _stand_for(self, local: Path, system: Any, remote: str, size: int, stamp: int) -> None:
        local.parent.mkdir(parents=True, exist_ok=True)
        self._remote[local] = (system, remote, size, stamp)
        _make_empty(local, size, stamp)

    def fetch(self, document: Document) -> None:
        """Put the document's files in the place of their stand-ins; one that cannot be had is missing then."""
        wanted = [f for f in document.files if f in self._remote and f not in self._fetched]
        with ThreadPoolExecutor(PARALLEL) as threads:
            list(threads.map(self._fetch, wanted))
        for file in wanted:
            self._fetched[file] = self._remote[file][2]

    def _fetch(self, file: Path) -> None:
        system, remote, _, stamp = self._remote[file]
        beside = file.with_name(f".{file.name}.part")
        try:
            _tried(lambda: system.get_file(remote, str(beside)))
            os.utime(beside, ns=(stamp, stamp))
            beside.replace(file)
        except Exception as error:
            log.warning("%s cannot be fetched: %s", remote, _said(error))
            for path in (beside, file):
                path.unlink(missing_ok=True)

    def done(self, document: Document, folder: Path) -> None:
        if self.target:
            self.send(folder)
        for file in document.files:
            if self._fetched.pop(file, None) is not None:
                _make_empty(file, *self._remote[file][2:])

    # Results

    def send(self, folder: Path) -> None:
        """Copy a document's files to the target, ``pages.json`` last; nothing when they are there already.

        Raises ``OutputError`` when the target does not take them.
        """
        name = folder.relative_to(self.out).as_posix()
        if not (folder / PAGES).is_file():
            return
        mark = hashlib.sha256(repr(stamps(folder)).encode()).hexdigest()
        if self._sent.get(name) == mark:
            return
        files = [p for p in sorted(folder.rglob("*")) if p.is_file() and p.name not in (PAGES, SPOOL)]
        own = [p for p in files if not (p.parent != folder and self._is_nested(p.parent, folder))]
        try:
            place = f"{self._root}/{name}"
            self._clear(place)
            with ThreadPoolExecutor(PARALLEL) as threads:
                list(threads.map(lambda p: self._put(p, f"{place}/{p.relative_to(folder).as_posix()}"), own))
            self._put(folder / PAGES, f"{place}/{PAGES}")
        except Exception as error:
            raise OutputError(
                f"{self.target}/{name} cannot be written: {_said(error)} Check your access and run again: what was "
                f"read lies in {folder} and is not read a second time."
            ) from error
        self._sent[name] = mark
        with (self.folder / JOURNAL).open("a", encoding="utf-8") as journal:
            journal.write(json.dumps([name, mark]) + "\n")

    def _is_nested(self, place: Path, folder: Path) -> bool:
        """True inside another document's folder below this one."""
        between = [place, *[p for p in place.parents if folder in p.parents]]
        return any((p / PAGES).is_file() or (p / SPOOL).is_file() for p in between)

    def _clear(self, place: str) -> None:
        """What an earlier version of the document left there; the finished mark goes first."""
        for name in (PAGES, "forms", "tables", OVERLAYS):
            if self._target.exists(f"{place}/{name}"):
                self._target.rm(f"{place}/{name}", recursive=name != PAGES)

    def _put(self, file: Path, remote: str) -> None:
        def put() -> None:
            self._target.makedirs(remote.rpartition("/")[0], exist_ok=True)
            self._target.put_file(str(file), remote)

        _tried(put)

    def send_summaries(self) -> None:
        """Copy what tells of the whole run to the target."""
        if self.target:
            for name in SUMMARIES:
                if (self.out / name).is_file():
                    self._put(self.out / name, f"{self._root}/{name}")


def _file_system(url: str) -> tuple[Any, str]:
    """fsspec's file system for a URL, and the path in it. Raises ``UsageError``."""
    try:
        core = importlib.import_module("fsspec.core")
    except ImportError as error:
        raise UsageError(f"{url}: URLs need the package fsspec. Install it with: pip install fsspec.") from error
    protocol = url.partition("://")[0]
    try:
        system, path = core.url_to_fs(url)
    except ImportError as error:
        raise UsageError(f"{url}: {protocol}:// needs another package. {_said(error)}") from error
    except Exception as error:
        raise UsageError(f"{url} cannot be used: {_said(error)}") from error
    return system, str(path).rstrip("/") or "/"


def _tried(act: Any) -> None:
    for attempt in range(TRIES):
        try:
            act()
            return
        except FileNotFoundError:
            raise
        except OSError:
            if attempt + 1 == TRIES:
                raise
            time.sleep(PAUSE * 2**attempt)


def _make_empty(file: Path, size: int, stamp: int) -> None:
    """A file of holes with this size and time; it takes no room on the disk."""
    beside = file.with_name(f".{file.name}.part")
    with beside.open("wb") as hollow:
        hollow.truncate(size)
    os.utime(beside, ns=(stamp, stamp))
    beside.replace(file)


def _nanoseconds(info: dict[str, Any]) -> int:
    """When a file was changed, as far as its file system tells; a checksum stands in for that where it has one."""
    for key in ("mtime", "LastModified", "last_modified", "updated", "created"):
        value = info.get(key)
        if isinstance(value, str):
            with contextlib.suppress(ValueError):
                value = datetime.fromisoformat(value.replace("Z", "+00:00"))
        if isinstance(value, datetime):
            aware = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
            return int(aware.timestamp() * 1_000_000) * 1000
        if isinstance(value, int | float):
            return int(value * 1_000_000) * 1000
    tag = str(info.get("ETag") or info.get("etag") or info.get("md5Hash") or "")
    return int(hashlib.sha256(tag.encode()).hexdigest()[:12], 16) * 1000 if tag else 0


def _read_journal(path: Path) -> dict[str, str]:
    sent = {}
    with contextlib.suppress(OSError):
        for line in path.read_text("utf-8").splitlines():
            with contextlib.suppress(ValueError):  # torn by a power loss
                name, mark = json.loads(line)
                sent[name] = mark
    return sent


def _said(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    text = lines[0] if lines else type(error).__name__
    return text if text.endswith((".", "!", "?")) else f"{text}."
