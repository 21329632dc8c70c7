"""Supervised reading processes: one thread each, a page at a time, replaced when they crash or hang.

The parent decodes pages and sends them; a worker answers with what it read or why it could not. A worker that dies
or takes too long costs the page it held, which is tried once more alone by a fresh worker before it is given up.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from forms import GoujiError
from layout import PageImage
from ocr import EngineOptions

from .page import Engines, PageRead

EngineFactory = Callable[[EngineOptions], Engines]
SPAWN = mp.get_context("spawn")


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


class _Worker:
    def __init__(self, factory: EngineFactory, options: EngineOptions) -> None:
        self.pipe, theirs = SPAWN.Pipe()
        self.process: SpawnProcess = SPAWN.Process(target=_serve, args=(theirs, factory, options), daemon=True)
        self.process.start()
        theirs.close()
        self.task: PageTask | None = None
        self.since = 0.0

    def give(self, task: PageTask) -> None:
        self.task, self.since = task, time.monotonic()
        self.pipe.send(task)

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


class WorkerPool:
    """``workers`` processes; ``submit`` pages, ``answers`` yields what came of them, in any order."""

    def __init__(self, factory: EngineFactory, options: EngineOptions, *, workers: int, page_seconds: float) -> None:
        self._factory, self._options, self._limit = factory, options, page_seconds
        self._size = workers
        self._workers: list[_Worker] = []
        self._waiting: deque[PageTask] = deque()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *error: object) -> None:
        for worker in self._workers:
            worker.stop()
        self._workers.clear()

    @property
    def outstanding(self) -> int:
        """Pages submitted and not yet answered."""
        return len(self._waiting) + sum(w.task is not None for w in self._workers)

    def submit(self, task: PageTask) -> None:
        self._waiting.append(task)
        self._dispatch()

    def answers(self) -> Iterator[PageAnswer]:
        """Wait until at least one page is done and yield all that are; nothing when none is outstanding."""
        if not self.outstanding:
            return
        while True:
            found = list(self._collect())
            self._dispatch()
            yield from found
            if found or not self.outstanding:
                return

    def _dispatch(self) -> None:
        while self._waiting:
            free = next((w for w in self._workers if w.task is None), None)
            if free is None and len(self._workers) < self._size:
                free = _Worker(self._factory, self._options)
                self._workers.append(free)
            if free is None:
                return
            task = self._waiting.popleft()
            try:
                free.give(task)
            except (BrokenPipeError, OSError):
                self._replace(free)
                self._waiting.appendleft(task)

    def _collect(self) -> Iterator[PageAnswer]:
        busy = [w for w in self._workers if w.task is not None]
        ready = wait([w.pipe for w in busy] + [w.process.sentinel for w in busy], timeout=0.5)
        now = time.monotonic()
        for worker in busy:
            task = worker.task
            assert task is not None
            if worker.pipe in ready:
                answer = _received(worker.pipe)
                if answer is not None:
                    worker.task = None
                    yield PageAnswer(task, answer, now - worker.since)
                    continue
            if worker.pipe in ready or worker.process.sentinel in ready:
                code = _exit_code(worker)
                yield from self._lost(worker, f"The reading process died ({code}) on this page.")
            elif now - worker.since > self._limit:
                yield from self._lost(worker, f"Reading took longer than {self._limit:g} s and was given up.")

    def _lost(self, worker: _Worker, reason: str) -> Iterator[PageAnswer]:
        task = worker.task
        assert task is not None
        seconds = time.monotonic() - worker.since
        self._replace(worker)
        if task.tries == 0:
            self._waiting.appendleft(replace(task, tries=1))
        else:
            yield PageAnswer(task, PageFailure(f"{reason} It was tried twice."), seconds)

    def _replace(self, worker: _Worker) -> None:
        worker.stop()
        self._workers.remove(worker)


def _received(pipe: Connection) -> PageRead | PageFailure | None:
    try:
        answer = pipe.recv()
    except (EOFError, OSError):
        return None
    assert isinstance(answer, PageRead | PageFailure)
    return answer


def _exit_code(worker: _Worker) -> str:
    worker.process.join(1.0)
    code = worker.process.exitcode
    return "no exit code" if code is None else f"signal {-code}" if code < 0 else f"exit code {code}"


def _serve(pipe: Connection, factory: EngineFactory, options: EngineOptions) -> None:
    """A worker's life: engines once, then pages until the parent is gone."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OMP_NUM_THREADS"] = "1"
    import cv2

    cv2.setNumThreads(1)
    engines: Engines | None = None
    while True:
        try:
            task: PageTask = pipe.recv()
        except (EOFError, OSError):
            return
        answer: PageRead | PageFailure
        try:
            engines = engines or factory(options)
            answer = _done(task, engines)
        except GoujiError as error:
            answer = PageFailure(str(error))
        except MemoryError:
            answer = PageFailure("There was not enough memory for this page. Scan it at a lower resolution.")
        except Exception as error:  # a bug on one page must not cost the batch
            answer = PageFailure(f"{type(error).__name__} while reading: {error}")
        pipe.send(answer)


def _done(task: PageTask, engines: Engines) -> PageRead:
    from .page import read_page

    result = read_page(task.page, task.number, engines)
    if task.overlay is not None:
        from .overlays import write_overlay

        write_overlay(task.overlay, task.page, result.content)
    return result
