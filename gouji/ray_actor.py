"""What runs on the nodes of a Ray cluster: an actor that loads its engines once and reads one page after another."""

from __future__ import annotations

import contextlib
import platform
import signal
import tempfile
import time
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from forms import GoujiError, UsageError
from ocr import EngineOptions

from .making import READING
from .making import _code as code_of
from .memory import limit_data
from .page import Engines, PageRead
from .page_file import PageFile, PageSize
from .reader import EngineFactory, Loaded, PageFailure, PageTask, _Started, answered

PACKAGES = ("onnxruntime", "numpy", "opencv-python", "pypdfium2", "pillow")
"""What decides how a page is read, beside the weights: the same on every node, or the forms are not the same."""


@dataclass(frozen=True, slots=True)
class Hello:
    """An actor's first word: where it is and what it reads with, or why it cannot.

    ``versions``: packages and weights (name and SHA-256). ``usage``: ``problem`` is the user's to solve.
    """

    node: str
    host: str
    versions: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    usage: bool = False


@dataclass(frozen=True, slots=True)
class NotHere:
    """The page's file is not on this node: the driver has to send the pixels."""


@dataclass(frozen=True, slots=True)
class WeightsMissing:
    """Weights that are found to be missing when they are first needed: every page would say so."""

    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a page. ``size``: of a page that the actor loaded; ``overlay``: PNG, empty if none was wanted."""

    result: PageRead | PageFailure | NotHere | WeightsMissing
    seconds: float = 0.0
    size: PageSize | None = None
    overlay: bytes = b""


class Reader:
    """The actor's class; one thread. ``hello`` once, then ``read`` for every page."""

    def __init__(self, factory: EngineFactory, options: EngineOptions, memory: int | None = None) -> None:
        with contextlib.suppress(ValueError):  # Ctrl-C in the driver's terminal is the driver's
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._engines: Engines | None = None
        self._problem, self._usage = "", False
        try:
            import cv2

            cv2.setNumThreads(1)
            self._engines = factory(options)
            if memory is not None:
                limit_data(memory)
        except GoujiError as error:
            self._problem, self._usage = str(error), isinstance(error, UsageError)
        except Exception as error:
            self._problem = f"{type(error).__name__}: {error}."

    def hello(self) -> Hello:
        node = _node_id()
        if self._engines is None:
            return Hello(node, platform.node(), problem=self._problem, usage=self._usage)
        return Hello(node, platform.node(), versions(self._engines))

    def read(self, task: PageTask, content: bytes | None = None) -> Done:
        """Read a page. ``content``: its file's, for a node that does not have the file."""
        assert self._engines is not None
        if content is None or not isinstance(task.page, PageFile):
            return read_task(task, self._engines)
        with tempfile.TemporaryDirectory(prefix="gouji-") as folder:
            copy = Path(folder) / task.page.path.name
            copy.write_bytes(content)
            here = PageFile.of(copy, task.page.file, task.page.page_in_file, task.page.load_settings)
            return read_task(replace(task, page=here), self._engines)


def read_task(task: PageTask, engines: Engines) -> Done:
    """Load the page if it is not loaded yet, read it, draw its overlay; whatever goes wrong is in the answer.

    The overlay is drawn into a folder of this node and sent: the run's output folder is the driver's.
    """
    start = time.perf_counter()
    if isinstance(task.page, PageFile) and not task.page.is_here():
        return Done(NotHere())
    with tempfile.TemporaryDirectory(prefix="gouji-") as folder:
        drawn = Path(folder) / task.overlay.name if task.overlay else None
        said = answered(replace(task, overlay=drawn), engines)
        overlay = drawn.read_bytes() if drawn and drawn.is_file() else b""
    if isinstance(said, _Started):
        return Done(WeightsMissing(said.problem))
    result, size = said, None
    if isinstance(said, Loaded):
        result, sized = said.unpacked(task)
        size = sized.page if isinstance(sized.page, PageSize) else None
    assert not isinstance(result, Loaded)
    return Done(result, time.perf_counter() - start, size, overlay)


def versions(engines: Engines) -> tuple[tuple[str, str], ...]:
    """Packages, this program's own code and the weights that these engines read with, in a fixed order."""
    readers = [engines.recogniser] if engines.witness is None else [engines.recogniser, engines.witness]
    weights = tuple((w.name, w.sha256) for reader in readers for w in reader.provenance.weights)
    packages = tuple((name, _version(name) or _version(f"{name}-gpu")) for name in PACKAGES)
    return (("gouji's code", code_of(READING)), *packages, *weights)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _node_id() -> str:
    import ray

    context: Any = ray.get_runtime_context()
    return str(context.get_node_id())
