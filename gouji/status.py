"""``status.json``: how the run goes, written anew every other second, for ``gouji status`` on this or any machine.

The ledger is for its run alone while that goes on (its lock works on network shares, where SQLite's shared memory does
not); this small file is what others read. It takes its name whole, so that a reader never sees half of it.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from forms import UnreadableFile

from .lock import Holder

NAME = "status.json"
SCHEMA = "gouji.status/1"
EVERY = 2.0
SILENT = 60.0
"""Seconds without news after which a run on another machine is taken for dead."""
WINDOW = 300.0
SHOWN = 100


@dataclass(frozen=True, slots=True)
class FailedPage:
    """A page that could not be read: its document, file, number in the document, and why."""

    document: str
    file: str
    page: int
    reason: str


@dataclass(slots=True)
class StatusFile:
    """Counts of a run under way. ``tick`` writes them when it is time; times are seconds of ``clock``."""

    out: Path
    clock: Callable[[], float] = time.monotonic
    pages_total: int = 0
    is_counted: bool = False
    pages_done: int = 0
    pages_failed: int = 0
    pages_kept: int = 0
    documents_done: int = 0
    documents_kept: int = 0
    documents_failed: int = 0
    forms: int = 0
    review: int = 0
    reading: tuple[str, ...] = ()
    _failures: deque[FailedPage] = field(default_factory=lambda: deque(maxlen=SHOWN))
    _recent: deque[tuple[float, int]] = field(default_factory=deque)
    _start: float = 0.0
    _written: float = -EVERY
    _sequence: int = 0
    _holder: Holder = field(default_factory=Holder.this)

    def __post_init__(self) -> None:
        self._start = self.clock()
        self._recent.append((self._start, 0))

    def failed(self, page: FailedPage) -> None:
        self.pages_failed += 1
        self._failures.append(page)

    def tick(self) -> None:
        """Write the file if the last one is two seconds old."""
        now = self.clock()
        if now - self._written >= EVERY:
            self.write("running")

    def write(self, state: str, message: str = "") -> None:
        """Write the file now. A disk that takes none is others' to complain of."""
        self._written = now = self.clock()
        self._sequence += 1
        self._recent.append((now, self.pages_done))
        while len(self._recent) > 2 and self._recent[0][0] < now - WINDOW:
            self._recent.popleft()
        _replace(self.out / NAME, json.dumps(self._as_dict(state, message, now), ensure_ascii=False, indent=1) + "\n")

    def _as_dict(self, state: str, message: str, now: float) -> dict[str, Any]:
        (then, before), elapsed = self._recent[0], now - self._start
        speed = (self.pages_done - before) / (now - then) if now > then else 0.0
        left = self.pages_total - self.pages_done
        return {
            "schema": SCHEMA,
            "state": state,
            "message": message,
            "run": asdict(self._holder),
            "sequence": self._sequence,
            "updated": time.time(),
            "elapsed": round(elapsed, 1),
            "pages": {
                "total": self.pages_total,
                "all_counted": self.is_counted,
                "done": self.pages_done,
                "failed": self.pages_failed,
                "left": left,
                "kept": self.pages_kept,
            },
            "documents": {
                "done": self.documents_done,
                "kept": self.documents_kept,
                "with_failed_pages": self.documents_failed,
            },
            "forms": self.forms,
            "cells_to_review": self.review,
            "pages_per_second": round(speed, 3),
            "seconds_left": round(left / speed) if speed and self.is_counted and state == "running" else None,
            "reading": list(self.reading),
            "failures": [asdict(f) for f in self._failures],
        }


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        beside.write_text(text, "utf-8", "backslashreplace")
        beside.replace(path)
    except OSError:
        try:
            beside.unlink()
        except OSError:
            return


def read_status(out: Path, now: float | None = None) -> dict[str, Any]:
    """What the run in ``out`` last said of itself; ``state`` is ``killed`` for one that says nothing any more.

    Raises ``UnreadableFile`` when no run has been there. ``now``: seconds since 1970.
    """
    path = out / NAME
    try:
        status: dict[str, Any] = json.loads(path.read_text("utf-8"))
        holder = Holder(**status["run"])
        silent = (time.time() if now is None else now) - float(status["updated"])
    except OSError as error:
        reason = "no run has written here." if not path.exists() else f"{error.strerror or error}."
        remedy = "Give the folder that 'gouji run' was given with -o."
        raise UnreadableFile(reason, file=str(path), remedy=remedy) from error
    except (ValueError, TypeError, KeyError) as error:
        raise UnreadableFile("this is no status of gouji.", file=str(path), remedy="Run again.") from error
    here = holder.host == socket.gethostname() and bool(holder.born)
    if status["state"] == "running" and (holder.is_dead() if here else silent > SILENT):
        status["state"] = "killed"
        status["seconds_left"] = None
    return status


def describe(status: dict[str, Any]) -> str:
    """The status in words, a line or two, then what failed."""
    pages, run = status["pages"], status["run"]
    words = {
        "running": f"running on {run['host']} (process {run['pid']}) since {run['since']}",
        "finished": "finished",
        "stopped": "stopped; run the same command again to go on",
        "failed": f"ended: {status['message']}",
        "killed": f"gone (it was process {run['pid']} on {run['host']}); run the same command again to go on",
    }
    total = f"{pages['total']}{'' if pages['all_counted'] else ' or more'}"
    lines = [
        f"The run is {words.get(status['state'], status['state'])}.",
        f"{pages['done']} of {total} pages done, {pages['failed']} failed, {pages['kept']} kept from earlier runs; "
        f"{status['documents']['done']} documents, {status['forms']} forms, "
        f"{status['cells_to_review']} cells to review.",
    ]
    if status["state"] == "running":
        left = status["seconds_left"]
        lines.append(f"{status['pages_per_second']:.2f} pages/s" + ("" if left is None else f", {_span(left)} left."))
    shown = status["failures"]
    if pages["failed"] > len(shown):
        lines.append(f"The last {len(shown)} pages that failed (all are in the ledger and in run.json):")
    lines += [f"  {f['document']}, page {f['page']}: {f['reason']}" for f in shown]
    return os.linesep.join(lines)


def _span(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours} h {rest // 60:02d} min" if hours else f"{rest // 60} min {rest % 60:02d} s"
