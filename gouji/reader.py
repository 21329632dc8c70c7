"""A reading process from the inside: what it is given, what it answers, and its life from start to end."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing as mp
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path

from forms import GoujiError, InputError, ModelError, UsageError
from layout import PageImage
from ocr import EngineOptions

from .memory import limit_data
from .page import Engines, PageRead
from .page_file import PageFile, PageSize

EngineFactory = Callable[[EngineOptions], Engines]


@dataclass(frozen=True, slots=True)
class PageTask:
    """A page to read. ``key`` comes back with the answer; ``overlay``: where to draw what was found, if anywhere.

    ``page``: the page, or where it lies; in an answer its size is enough. ``tries``: how often it was tried before;
    ``alone``: no other page may be read beside it.
    """

    key: tuple[int, int]
    page: PageImage | PageFile | PageSize
    number: int
    overlay: Path | None = None
    tries: int = 0
    alone: bool = False


@dataclass(frozen=True, slots=True)
class PageFailure:
    """Why a page could not be read, in words for the operator.

    ``placed``: the words name file and page already. ``again``: worth a second try in another process.
    """

    reason: str
    placed: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What came of a page, ``seconds`` after it was given to a process. ``InputError``: it could not be loaded."""

    task: PageTask
    result: PageRead | PageFailure | InputError
    seconds: float


@dataclass(frozen=True, slots=True)
class Loaded:
    """A result of a page that was loaded by its reader: its size, and the seconds that loading took."""

    result: PageRead | PageFailure
    size: PageSize
    seconds: float

    def unpacked(self, task: PageTask) -> tuple[PageRead | PageFailure, PageTask]:
        """The result, loading among its stages, and the task with the page's size."""
        result = self.result
        if isinstance(result, PageRead):
            result = replace(result, seconds=(("loading", self.seconds), *result.seconds))
        return result, replace(task, page=self.size)


@dataclass(frozen=True, slots=True)
class _Started:
    """A worker's first word: its engines are there, or why they are not (also said later, of one made when needed)."""

    problem: str = ""
    usage: bool = False


Said = PageRead | PageFailure | Loaded | _Started


def make_engines(options: EngineOptions) -> Engines:
    """The engines that the options name, made in the process that will use them."""
    from ocr import DeferredDetector, make_detector, make_recogniser, make_witness

    return Engines(make_recogniser(options), DeferredDetector(lambda: make_detector(options)), make_witness(options))


def _serve(pipe: Connection, factory: EngineFactory, options: EngineOptions, memory: int | None) -> None:
    """A worker's life: engines once, then pages until the parent is gone. ``memory``: bytes it may take."""
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
    if memory is not None:
        limit_data(memory)
    gc.freeze()  # what was loaded stays: looked through for garbage again and again it costs 2 ms a page
    with contextlib.suppress(EOFError, OSError):
        pipe.send(_Started())
        while True:
            pipe.send(answered(pipe.recv(), engines))


def _end_with_parent() -> None:
    """A parent that was killed leaves no worker behind that goes on writing into its output folder."""
    parent = mp.parent_process()
    if parent is not None:
        sentinel = parent.sentinel

        def watch() -> None:
            wait([sentinel])
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()


def answered(task: PageTask, engines: Engines) -> Said:
    """Load the page where that is still to be done, and read it; whatever goes wrong is in the answer."""
    if not isinstance(task.page, PageFile):
        return _answer(task, engines)
    start = time.perf_counter()
    try:
        page = task.page.load()
    except Exception as error:  # a decoder's bug on one page must not cost the batch
        return _NO_MEMORY if _ran_out(error) else PageFailure(f"{type(error).__name__} while loading: {error}")
    if isinstance(page, InputError):
        return PageFailure(str(page), placed=True)
    loaded = time.perf_counter() - start
    result = _answer(replace(task, page=page), engines)
    return result if isinstance(result, _Started) else Loaded(result, PageSize.of(page), loaded)


# OpenCV, the C++ library, onnxruntime
_NO_MEMORY_WORDS = ("Insufficient memory", "bad_alloc", "bad allocation", "Failed to allocate memory")
_NO_MEMORY = PageFailure("There was not enough memory for this page. Scan it at a lower resolution.", again=True)


def _answer(task: PageTask, engines: Engines) -> PageRead | PageFailure | _Started:
    try:
        return _done(task, engines)
    except ModelError as error:  # weights are missing: every page would say so
        return _Started(str(error), usage=True)
    except GoujiError as error:
        return _NO_MEMORY if _ran_out(error) else PageFailure(str(error))
    except Exception as error:  # a bug on one page must not cost the batch
        return _NO_MEMORY if _ran_out(error) else PageFailure(f"{type(error).__name__} while reading: {error}")


def _ran_out(error: BaseException | None) -> bool:
    """True when memory was what failed, in the words of any of the libraries."""
    while error is not None:
        if isinstance(error, MemoryError) or any(word in str(error) for word in _NO_MEMORY_WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False


def _done(task: PageTask, engines: Engines) -> PageRead:
    from .page import read_page

    assert isinstance(task.page, PageImage)
    result = read_page(task.page, task.number, engines)
    if task.overlay is not None:
        from .overlays import write_overlay

        write_overlay(task.overlay, task.page, result.content)
    return result
