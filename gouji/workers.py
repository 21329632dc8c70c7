"""Supervised reading processes: one thread each, a page at a time, replaced when they crash or hang.

The parent decodes pages and sends them; a worker answers with what it read or why it could not. A worker that dies
or takes too long costs the page it held, which is tried once more before it is given up.
"""

from __future__ import annotations

import contextlib
import multiprocessing as mp
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from forms import EngineError, GoujiError, ModelError, UsageError
from layout import PageImage
from ocr import EngineOptions

from .interrupts import uninterrupted
from .page import Engines, PageRead

EngineFactory = Callable[[EngineOptions], Engines]
SPAWN = mp.get_context("spawn")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
START_SECONDS = 300.0
"""A worker that has not loaded its engines by then never will."""


@dataclass(frozen=True, slots=True)
class PageTask:
    """A page to read. ``key`` comes back with the answer; ``overlay``: where to draw what was found, if anywhere."""

    key: tuple[int, int]
    page: PageImage
    number: int
    overlay: Path | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class PageFailure:
    """Why a page could not be read, in words for the operator."""

    reason: str


@dataclass(frozen=True, slots=True)
class PageAnswer:
    task: PageTask
    result: PageRead | PageFailure
    seconds: float


def make_engines(options: EngineOptions) -> Engines:
    """The engines that the options name, made in the process that will use them."""
    from ocr import make_detector, make_recogniser

    return Engines(make_recogniser(options), _LazyDetector(options, make_detector))


class _LazyDetector:
    """A ``Detector`` that is loaded when a page first has text outside its tables."""

    def __init__(self, options: EngineOptions, make: Callable[[EngineOptions], Any]) -> None:
        self._options, self._make, self._detector = options, make, None

    def detect(self, image: Any) -> Any:
        if self._detector is None:
            self._detector = self._make(self._options)
        return self._detector.detect(image)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class _Started:
    """A worker's first word: its engines are there, or why they are not (also said later, of one made when needed)."""

    problem: str = ""
    usage: bool = False


# glibc keeps what was freed, and onnxruntime's big blocks fragment it: give blocks back at once.
MALLOC = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072", "MALLOC_MMAP_THRESHOLD_": "131072"}


class _Worker:
    def __init__(self, factory: EngineFactory, options: EngineOptions) -> None:
        self.pipe, theirs = SPAWN.Pipe()
        self.process: SpawnProcess = SPAWN.Process(target=_serve, args=(theirs, factory, options), daemon=True)
        for name, value in MALLOC.items():
            os.environ.setdefault(name, value)
        with _one_thread():
            self.process.start()
        theirs.close()
        self.started = False
        self.task: PageTask | None = None
        self.since = time.monotonic()

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
    """``workers`` processes; ``submit`` pages, ``answers`` yields what came of them, in any order, until none is
    ``outstanding``; it may yield nothing for the moment, so that the caller can look about.

    Both raise ``ModelError`` or ``EngineError`` when the engines cannot be made at all: that is no page's fault.
    """

    def __init__(self, factory: EngineFactory, options: EngineOptions, *, workers: int, page_seconds: float) -> None:
        self._factory, self._options, self._limit = factory, options, page_seconds
        self._size = workers
        self._workers: list[_Worker] = []
        self._waiting: deque[PageTask] = deque()
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
        return len(self._waiting) + len(self._answers) + sum(w.task is not None for w in self._workers)

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
        """Pages to the workers that wait for one; a worker more while there are more pages than workers."""
        for worker in [w for w in self._workers if w.idle and not w.process.is_alive()]:
            self._remove(worker)
        for worker in [w for w in self._workers if w.idle]:
            if not self._waiting:
                return
            try:
                worker.give(self._waiting.popleft())
            except OSError:
                self._lost(worker, f"The reading process died ({_exit_code(worker)}) on this page.")
        busy = sum(w.task is not None for w in self._workers)
        while len(self._workers) < min(self._size, busy + len(self._waiting)):
            with uninterrupted():  # else it would be nobody's
                self._workers.append(_Worker(self._factory, self._options))

    def _listen(self, timeout: float) -> None:
        """Take what the workers say within ``timeout`` seconds, and see to those that died or take too long."""
        working = [w for w in self._workers if not w.idle]
        ready = wait([w.pipe for w in working] + [w.process.sentinel for w in working], timeout=timeout)
        now = time.monotonic()
        for worker in working:
            said = _received(worker.pipe) if worker.pipe in ready else None
            if isinstance(said, _Started):
                self._has_started(worker, said)
            elif said is not None:
                assert worker.task is not None
                self._answers.append(PageAnswer(worker.task, said, now - worker.since))
                worker.task = None
            elif worker.pipe in ready or worker.process.sentinel in ready:
                self._lost(worker, f"The reading process died ({_exit_code(worker)}) on this page.")
            elif now - worker.since > (self._limit if worker.started else START_SECONDS):
                self._lost(worker, f"Reading took longer than {self._limit:g} s and was given up.")

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

    def _lost(self, worker: _Worker, reason: str) -> None:
        task, seconds = worker.task, time.monotonic() - worker.since
        if task is None:
            self._not_started(worker, f"It ended with {_exit_code(worker)}, or took too long.")
            return
        self._remove(worker)
        if task.tries == 0:
            self._waiting.appendleft(replace(task, tries=1))
        else:
            self._answers.append(PageAnswer(task, PageFailure(f"{reason} It was tried twice."), seconds))

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


def _received(pipe: Connection) -> _Started | PageRead | PageFailure | None:
    try:
        answer = pipe.recv()
    except (EOFError, OSError):
        return None
    assert isinstance(answer, _Started | PageRead | PageFailure)
    return answer


def _exit_code(worker: _Worker) -> str:
    worker.process.join(1.0)
    code = worker.process.exitcode
    return "no exit code" if code is None else f"signal {-code}" if code < 0 else f"exit code {code}"


def _serve(pipe: Connection, factory: EngineFactory, options: EngineOptions) -> None:
    """A worker's life: engines once, then pages until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    try:
        import cv2

        cv2.setNumThreads(1)
        engines = factory(options)
    except GoujiError as error:
        pipe.send(_Started(str(error), isinstance(error, UsageError)))
        return
    except Exception as error:
        pipe.send(_Started(f"{type(error).__name__}: {error}."))
        return
    with contextlib.suppress(EOFError, OSError):
        pipe.send(_Started())
        while True:
            pipe.send(_answer(pipe.recv(), engines))


def _end_with_parent() -> None:
    """A parent that was killed leaves no worker behind that goes on writing into its output folder."""
    parent = mp.parent_process()
    if parent is not None:
        sentinel = parent.sentinel

        def watch() -> None:
            wait([sentinel])
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()


def _answer(task: PageTask, engines: Engines) -> PageRead | PageFailure | _Started:
    try:
        return _done(task, engines)
    except ModelError as error:  # weights are missing: every page would say so
        return _Started(str(error), usage=True)
    except GoujiError as error:
        return PageFailure(str(error))
    except MemoryError:
        return PageFailure("There was not enough memory for this page. Scan it at a lower resolution.")
    except Exception as error:  # a bug on one page must not cost the batch
        return PageFailure(f"{type(error).__name__} while reading: {error}")


def _done(task: PageTask, engines: Engines) -> PageRead:
    from .page import read_page

    result = read_page(task.page, task.number, engines)
    if task.overlay is not None:
        from .overlays import write_overlay

        write_overlay(task.overlay, task.page, result.content)
    return result
