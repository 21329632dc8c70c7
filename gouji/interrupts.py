"""Ctrl-C: the first one ends a run at its next safe point, a second one at once; none disturbs a process being born."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from multiprocessing import resource_tracker
from types import FrameType

INTERRUPTED = 130
"""The exit code of a run that Ctrl-C ended."""
_SHOW_CURSOR = b"\x1b[?25h"


class Stop:
    """Listens for Ctrl-C while it is entered; ``stop()`` is true from the first one on, a second ends the process.

    No ``KeyboardInterrupt`` is raised: it could land in a place that swallows it, or between a file and its record.
    """

    def __init__(self) -> None:
        self._asked = False
        self._before: signal._HANDLER = None

    def __call__(self) -> bool:
        return self._asked

    def __enter__(self) -> Stop:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.getsignal(signal.SIGINT)
            if self._before is not signal.SIG_IGN:  # as for jobs in the background of a shell
                signal.signal(signal.SIGINT, self._hear)
        return self

    def __exit__(self, *error: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            for stream in (1, 2):
                if os.isatty(stream):
                    os.write(stream, _SHOW_CURSOR)
            os._exit(INTERRUPTED)  # the reading processes see it and end too
        self._asked = True
        with contextlib.suppress(OSError):
            os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, b"gouji: stopping; Ctrl-C again ends at once.\n")


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """SIGINT waits until the block is left, and processes started in it never get one.

    A process born by ``spawn`` reads its orders from a pipe: an interrupt between its birth and the last byte would
    leave it with half of them, and one that reaches it before it can ignore it would end it with a traceback. The
    mask is handed on to it; the handler holds back what other threads of this process are given.
    """
    resource_tracker.ensure_running()  # it unblocks SIGINT when it starts its own process
    held: list[tuple[int, FrameType | None]] = []
    before = _take_handler(held)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if hasattr(signal, "pthread_sigmask") else None
    try:
        yield
    finally:
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if before is not None:
            signal.signal(signal.SIGINT, before)
        if held and callable(before):
            before(*held[0])


def _take_handler(held: list[tuple[int, FrameType | None]]) -> signal._HANDLER:
    """Collect interrupts in ``held``; returns the handler before, None where it could not be changed."""
    before = signal.getsignal(signal.SIGINT)
    # Only the main thread may set handlers, and one that ignores (or is not Python's) has nothing to hold back.
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        return None
    signal.signal(signal.SIGINT, lambda number, frame: held.append((number, frame)))
    return before
