"""A stand-in for the worker pool that reads in the test's own process: for tests of what happens around the reading."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from gouji.workers import EngineFactory, PageAnswer, PageTask, _answer, _Started
from ocr import EngineOptions


class InlinePool:
    def __init__(self, factory: EngineFactory, options: EngineOptions, *, workers: int, page_seconds: float) -> None:
        self._engines = factory(options)
        self._waiting: deque[PageTask] = deque()

    def __enter__(self) -> InlinePool:
        return self

    def __exit__(self, *error: object) -> None:
        self._waiting.clear()

    @property
    def outstanding(self) -> int:
        return len(self._waiting)

    def submit(self, task: PageTask) -> None:
        self._waiting.append(task)

    def answers(self) -> Iterator[PageAnswer]:
        if self._waiting:
            task = self._waiting.popleft()
            result = _answer(task, self._engines)
            assert not isinstance(result, _Started)
            yield PageAnswer(task, result, 0.01)
