"""A stand-in for the worker pool that reads in the test's own process: for tests of what happens around the reading."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from gouji.reader import Loaded, _Started, answered
from gouji.workers import EngineFactory, Limits, PageAnswer, PageTask
from ocr import EngineOptions


class InlinePool:
    def __init__(self, factory: EngineFactory, options: EngineOptions, *, workers: int, limits: Limits) -> None:
        self._engines = factory(options)
        self._waiting: deque[PageTask] = deque()

    def __enter__(self) -> InlinePool:
        return self

    def __exit__(self, *error: object) -> None:
        self._waiting.clear()

    @property
    def outstanding(self) -> int:
        return len(self._waiting)

    @property
    def full(self) -> bool:
        return len(self._waiting) >= 2

    def submit(self, task: PageTask) -> None:
        self._waiting.append(task)

    def answers(self) -> Iterator[PageAnswer]:
        if self._waiting:
            task = self._waiting.popleft()
            said = answered(task, self._engines)
            assert not isinstance(said, _Started)
            result, done = said.unpacked(task) if isinstance(said, Loaded) else (said, task)
            yield PageAnswer(done, result, 0.01)
