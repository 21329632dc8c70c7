"""``DevicePool``: CPU cores load, lay out and put together pages; one process on a GPU reads their lines."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from multiprocessing.context import SpawnProcess
from pathlib import Path

from forms import EngineError, ModelError
from ocr import EngineOptions

from .gpu_device import reader_engines, serve
from .interrupts import uninterrupted
from .reader import EngineFactory, PageAnswer, PageTask, _Started
from .settings import RunSettings
from .workers import SPAWN, START_SECONDS, Limits, PagePool, WorkerPool

PoolMaker = Callable[[EngineFactory, RunSettings], PagePool]
MOST_STARTS = 3
"""A device process that dies so often without a page read in between will do so again."""


class DevicePool:
    """A ``PagePool`` whose ``workers`` ask one device process. Raises what ``WorkerPool`` raises.

    A device process that dies costs no page: it is started anew, and the pages under way are tried again.
    """

    def __init__(self, factory: EngineFactory, options: EngineOptions, *, workers: int, limits: Limits) -> None:
        self._factory, self._options = factory, options
        self._folder = Path(tempfile.mkdtemp(prefix="gouji-"))
        self._key = secrets.token_bytes(32)
        self._device: SpawnProcess | None = None
        self._starts = 0
        engines = partial(reader_engines, str(self._folder / "device"), self._key)
        self._readers = WorkerPool(engines, options, workers=workers, limits=limits)

    def __enter__(self) -> DevicePool:
        try:
            self._see_to_device()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._readers.__exit__(*error)
        if self._device is not None:
            self._device.kill()
            self._device.join()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def outstanding(self) -> int:
        return self._readers.outstanding

    @property
    def full(self) -> bool:
        return self._readers.full

    def submit(self, task: PageTask) -> None:
        self._see_to_device()
        self._readers.submit(task)

    def answers(self) -> Iterator[PageAnswer]:
        self._see_to_device()
        for answer in self._readers.answers():
            self._starts = 1
            yield answer

    def _see_to_device(self) -> None:
        """Start the device process when there is none (any more). Its model must be there before a reader asks."""
        if self._device is not None and self._device.is_alive():
            return
        if self._starts >= MOST_STARTS:
            raise EngineError("The process that reads on the GPU dies again and again. Try --device cpu.")
        self._starts += 1
        (self._folder / "device").unlink(missing_ok=True)
        pipe, theirs = SPAWN.Pipe()
        arguments = (theirs, str(self._folder / "device"), self._key, self._factory, self._options)
        with uninterrupted():
            self._device = SPAWN.Process(target=serve, args=arguments, daemon=True)
            self._device.start()
        theirs.close()
        said = _first_word(pipe)
        if said.problem and said.usage:
            raise ModelError(said.problem)
        if said.problem:
            raise EngineError(f"The process that reads on the GPU cannot be started: {said.problem}")


def _first_word(pipe: object) -> _Started:
    try:
        said = pipe.recv() if pipe.poll(START_SECONDS) else None  # type: ignore[attr-defined]
    except (EOFError, OSError):
        return _Started("it died while it loaded the model. Try --device cpu.")
    return said if isinstance(said, _Started) else _Started(f"no word from it within {START_SECONDS:g} s.")


def machine_pool(otherwise: PoolMaker) -> PoolMaker:
    """This machine's pool: with a device process where a GPU is to be used, else what ``otherwise`` makes."""

    def make(engines: EngineFactory, settings: RunSettings) -> PagePool:
        if settings.engine.device == "cpu" or not has_cuda():
            return otherwise(engines, settings)
        limits = Limits(settings.page_seconds, settings.worker_memory, settings.worker_pages)
        return DevicePool(engines, settings.engine, workers=settings.workers, limits=limits)

    return make


def has_cuda() -> bool:
    """True where onnxruntime can use a GPU; asked without loading it where the package for GPUs is not installed."""
    try:
        version("onnxruntime-gpu")
    except PackageNotFoundError:
        return False
    import onnxruntime

    return "CUDAExecutionProvider" in onnxruntime.get_available_providers()
