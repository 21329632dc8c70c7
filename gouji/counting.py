"""How many pages a file has, counted where a file that breaks its decoder breaks nothing else.

PDFium and the TIFF reader are native code, and scans come from anywhere: they look at such files in a process of its
own. A file on which that process dies or hangs twice cannot be counted, and is told as failed: nothing of it is lost in
silence.
"""

from __future__ import annotations

import contextlib
import multiprocessing as mp
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

from layout import count_pages

from .interrupts import uninterrupted
from .reader import _end_with_parent

START_SECONDS, COUNT_SECONDS = 300.0, 60.0
TRIES = 2
_SPAWN = mp.get_context("spawn")
_HEAD = 1024
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


class PageCounter:
    """Counts pages, 0 for a file where that cannot be told; close it. ``seconds``: that a file may take."""

    def __init__(self, count: Callable[[Path], int] = count_pages, seconds: float = COUNT_SECONDS) -> None:
        self._count, self._seconds = count, seconds
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None

    def __call__(self, file: Path) -> int:
        if not _may_have_more(file):
            return 1
        for _ in range(TRIES):
            found = self._asked(file)
            if found is not None:
                return max(1, found)
        return 0

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None

    def _asked(self, file: Path) -> int | None:
        try:
            pipe = self._pipe or self._started()
            pipe.send(file)
            if pipe.poll(self._seconds):
                return int(pipe.recv())
        except (EOFError, OSError):
            pass
        self.close()
        return None

    def _started(self) -> Connection:
        self._pipe, theirs = _SPAWN.Pipe()
        with uninterrupted():
            self._process = _SPAWN.Process(target=_serve_counts, args=(theirs, self._count), daemon=True)
            self._process.start()
        theirs.close()
        if not self._pipe.poll(START_SECONDS):
            raise EOFError
        self._pipe.recv()
        return self._pipe


def _may_have_more(file: Path) -> bool:
    """True for a PDF or TIFF; nothing else has more than one page."""
    try:
        if not file.is_file():  # a pipe would be waited for
            return False
        with file.open("rb") as data:
            head = data.read(_HEAD)
    except OSError:
        return False
    return b"%PDF-" in head or head.startswith(_TIFF) or file.suffix.lower() == ".pdf"


def _serve_counts(pipe: Connection, count: Callable[[Path], int]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    with contextlib.suppress(EOFError, OSError):
        pipe.send(None)
        while True:
            pipe.send(count(pipe.recv()))
