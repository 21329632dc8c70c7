"""Supervised reading processes: one thread each, a page at a time, replaced when they crash, hang or grow.

A worker loads and reads the page it is given and answers with what it read or why it could not. One that dies, takes
too long or too much memory costs the page it held; that is tried once more, in another process (and, but for one that
hangs, while no other page is read), before it is given up.
"""

from __future__ import annotations

import contextlib
import multiprocessing as mp
import os
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Protocol

from forms import EngineError, ModelError
from ocr import EngineOptions

from .interrupts import uninterrupted
from .memory import resident
from .page import PageRead
from .reader import (
    EngineFactory,
    Loaded,
    PageAnswer,
    PageFailure,
    PageTask,
    Said,
    _answer,
    _serve,
    _Started,
    make_engines,
)

__all__ = [
    "EngineFactory", "Limits", "PageAnswer", "PageFailure", "PagePool", "PageTask", "WorkerPool", "_Started", "_answer",
    "make_engines",
]  # fmt: skip

SPAWN = mp.get_context("spawn")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
TWICE = "It was tried twice."
START_SECONDS = 300.0
"""A worker that has not loaded its engines by then never will."""
GROWTH, GROWTH_SPARE, SETTLED = 2.0, 256 << 20, 20
"""A worker that holds twice what it held after 20 pages, and 256 MB more, leaks."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``page_seconds``: what a page may take; ``memory``: bytes a worker may hold; ``pages``: then it is replaced."""

    page_seconds: float = 300.0
    memory: int | None = None
    pages: int = 1000


class PagePool(Protocol):
    """Where pages are read. ``answers`` yields what came of them, in any order, until none is ``outstanding``.

    ``answers`` waits half a second at most and may yield nothing for the moment, so that the caller can look about.
    ``full``: more pages would only wait (and take memory).
    """

    def __enter__(self) -> PagePool: ...
    def __exit__(self, *error: object) -> None: ...
    @property
    def outstanding(self) -> int: ...
    @property
    def full(self) -> bool: ...
    def submit(self, task: PageTask) -> None: ...
    def answers(self) -> Iterator[PageAnswer]: ...


# A page's images (hundreds, of some MB each) out of memory that is kept: fetched anew from the system each time, they
# cost a tenth of a page's processor time. What lies free beyond 64 MB goes back, so that a great page leaves nothing.
MALLOC = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "67108864", "MALLOC_MMAP_THRESHOLD_": "33554432"}


class _Worker:
    def __init__(self, factory: EngineFactory, options: EngineOptions, memory: int | None) -> None:
        self.pipe, theirs = SPAWN.Pipe()
        self.process: SpawnProcess = SPAWN.Process(target=_serve, args=(theirs, factory, options, memory), daemon=True)
        for name, value in MALLOC.items():
            os.environ.setdefault(name, value)
        with _one_thread():
            self.process.start()
        theirs.close()
        self.started = False
        self.task: PageTask | None = None
        self.since = time.monotonic()
        self.pages = 0
        self.settled = 0  # bytes held when it had read some pages

    @property
    def held(self) -> int:
        """Bytes of memory; 0 where the system does not say."""
        return resident(self.process.pid or 0)

    @property
    def idle(self) -> bool:
        return self.started and self.task is None

    def give(self, task: PageTask) -> None:
        self.task, self.since = task, time.monotonic()
        self.pipe.send(task)

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


class WorkerPool:
    """``workers`` processes of this machine: a ``PagePool``.

    ``submit`` and ``answers`` raise ``ModelError`` or ``EngineError`` when the engines cannot be made at all: that is
    no page's fault.
    """

    def __init__(self, factory: EngineFactory, options: EngineOptions, *, workers: int, limits: Limits) -> None:
        self._factory, self._options, self._limits = factory, options, limits
        self._size = workers
        self._workers: list[_Worker] = []
        self._waiting: deque[PageTask] = deque()
        self._again: deque[PageTask] = deque()
        self._answers: deque[PageAnswer] = deque()
        self._failed_starts = 0

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *error: object) -> None:
        for worker in self._workers:
            worker.stop()
        self._workers.clear()

    @property
    def outstanding(self) -> int:
        """Pages submitted and not yet answered."""
        return len(self._waiting) + len(self._again) + len(self._answers) + len(self._busy)

    @property
    def full(self) -> bool:
        """True when every worker has a page, and another waits for each."""
        return self.outstanding >= 2 * self._size

    @property
    def _busy(self) -> list[_Worker]:
        return [w for w in self._workers if w.task is not None]

    def submit(self, task: PageTask) -> None:
        self._waiting.append(task)
        self._dispatch()
        self._listen(0.0)

    def answers(self) -> Iterator[PageAnswer]:
        """Wait half a second at most for a page that is done and yield all that are."""
        self._dispatch()
        if not self._answers:
            self._listen(0.5)
        self._dispatch()
        while self._answers:
            yield self._answers.popleft()

    def _dispatch(self) -> None:
        """Pages to the workers that wait for one; a worker more while there are more pages than workers.

        A page that is tried again has the machine to itself: what it ran out of may have been its neighbours' doing.
        """
        for worker in [w for w in self._workers if w.idle and not w.process.is_alive()]:
            self._remove(worker)
        if not self._again and not any(w.task is not None and w.task.alone for w in self._workers):
            self._give(self._waiting, len(self._waiting))
        elif not self._busy:
            self._give(self._again, 1)

    def _give(self, queue: deque[PageTask], most: int) -> None:
        idle = [w for w in self._workers if w.idle]
        for worker in idle[:most]:
            try:
                worker.give(queue.popleft())
            except OSError:
                self._lost(worker, f"The reading process died ({_exit_code(worker)}) on this page.")
        wanted = len(self._busy) + max(0, most - len(idle))
        while len(self._workers) < min(self._size, wanted):
            with uninterrupted():  # else it would be nobody's
                self._workers.append(_Worker(self._factory, self._options, self._limits.memory))

    def _listen(self, timeout: float) -> None:
        """Take what the workers say within ``timeout`` seconds, and see to those that died or take too much."""
        working = [w for w in self._workers if not w.idle]
        if self._limits.memory is not None:
            timeout = min(timeout, 0.1)
        ready = wait([w.pipe for w in working] + [w.process.sentinel for w in working], timeout=timeout)
        now = time.monotonic()
        for worker in working:
            said = _received(worker.pipe) if worker.pipe in ready else None
            if isinstance(said, _Started):
                self._has_started(worker, said)
            elif said is not None:
                self._hear(worker, said, now - worker.since)
            elif worker.pipe in ready or worker.process.sentinel in ready:
                self._lost(worker, f"The reading process died ({_exit_code(worker)}) on this page.")
            elif now - worker.since > (self._limits.page_seconds if worker.started else START_SECONDS):
                late = f"Reading took longer than {self._limits.page_seconds:g} s and was given up."
                self._lost(worker, late, alone=False)  # the others need not wait for a page that hangs
            elif worker.task is not None and self._limits.memory and worker.held > self._limits.memory:
                self._lost(worker, f"Reading took more than the {self._limits.memory >> 20} MB of --worker-memory.")

    def _hear(self, worker: _Worker, said: PageRead | PageFailure | Loaded, seconds: float) -> None:
        task = worker.task
        assert task is not None
        worker.task, worker.pages = None, worker.pages + 1
        result, done = said.unpacked(task) if isinstance(said, Loaded) else (said, task)
        starved = isinstance(result, PageFailure) and result.again
        if starved or self._is_worn(worker):
            self._remove(worker)
        if starved and task.tries == 0:
            self._again.append(replace(task, tries=1, alone=True))
        elif isinstance(result, PageFailure) and starved:
            self._answers.append(PageAnswer(done, replace(result, reason=f"{result.reason} {TWICE}"), seconds))
        else:
            self._answers.append(PageAnswer(done, result, seconds))

    def _is_worn(self, worker: _Worker) -> bool:
        """True for a worker that has read its pages, or holds so much more than it did that it must leak."""
        if worker.pages >= self._limits.pages:
            return True
        if worker.pages < SETTLED:
            return False
        held = worker.held
        worker.settled = worker.settled or held
        return held > GROWTH * worker.settled + GROWTH_SPARE

    def _has_started(self, worker: _Worker, said: _Started) -> None:
        if not said.problem:
            worker.started, self._failed_starts = True, 0
        elif said.usage:
            raise ModelError(said.problem)
        else:
            self._not_started(worker, said.problem)

    def _not_started(self, worker: _Worker, reason: str) -> None:
        """Try another; after the second failure go on with fewer workers, or give up where there are no others."""
        self._remove(worker)
        self._failed_starts += 1
        if self._failed_starts >= 2:
            if not self._workers:
                raise EngineError(f"The reading process cannot be started: {reason} Try 'gouji doctor'.")
            self._size = len(self._workers)

    def _lost(self, worker: _Worker, reason: str, *, alone: bool = True) -> None:
        task, seconds = worker.task, time.monotonic() - worker.since
        if task is None:
            self._not_started(worker, f"It ended with {_exit_code(worker)}, or took too long.")
            return
        self._remove(worker)
        if task.tries == 0:
            (self._again if alone else self._waiting).appendleft(replace(task, tries=1, alone=alone))
        else:
            self._answers.append(PageAnswer(task, PageFailure(f"{reason} {TWICE}"), seconds))

    def _remove(self, worker: _Worker) -> None:
        worker.stop()
        self._workers.remove(worker)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """The environment in which a worker must be born: numpy's BLAS counts its threads while it is loaded."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _received(pipe: Connection) -> Said | None:
    try:
        answer = pipe.recv()
    except (EOFError, OSError):
        return None
    assert isinstance(answer, _Started | PageRead | PageFailure | Loaded)
    return answer


def _exit_code(worker: _Worker) -> str:
    worker.process.join(1.0)
    code = worker.process.exitcode
    return "no exit code" if code is None else f"signal {-code}" if code < 0 else f"exit code {code}"
