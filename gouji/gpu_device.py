"""The process that holds the model on a GPU, and how the readers on the CPU cores speak with it.

A reader sends its page's line images and waits. What waits, of however many pages, is read in one call: the engine
sorts it by width, so that batches are large and little in them is padding. Meanwhile other readers load and lay out.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener, wait
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from forms import Box, EngineError, GoujiError, LineReading, ModelError, Provenance, UsageError
from ocr import EngineOptions, LineImage, read_checked

from .page import Engines
from .reader import EngineFactory, _end_with_parent, _Started

MOST_LINES = 4096
"""Lines that are read in one call; what is more waits for the next."""
START_SECONDS = 300.0
"""A device process that is not there by then never will be."""
GONE = 7
"""Exit code of a reader whose device process has died under its page."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a reader wants: lines read, by the witness (``hear``) or the others, text found in an image, where the
    readings come from, or whether there is a witness."""

    what: Literal["read", "hear", "detect", "provenance", "witness"]
    images: tuple[NDArray[np.uint8], ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """The answer, or why there is none; ``model``: weights are missing, which is no page's fault."""

    value: Any = None
    problem: str = ""
    model: bool = False


class DeviceEngine:
    """A ``Recogniser`` and ``Detector`` that asks the device process. Connects when it is made."""

    def __init__(self, address: str, key: bytes) -> None:
        self._address, self._key = address, key
        self._line = self._connected()
        self._provenance: Provenance | None = None

    @property
    def provenance(self) -> Provenance:
        if self._provenance is None:
            self._provenance = self._asked(Ask("provenance"))
        assert self._provenance is not None
        return self._provenance

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        found: list[LineReading] = self._asked(Ask("read", tuple(lines)))
        return found

    def hear(self, lines: Sequence[LineImage]) -> list[LineReading]:
        """What the witness reads."""
        found: list[LineReading] = self._asked(Ask("hear", tuple(lines)))
        return found

    def has_witness(self) -> bool:
        return bool(self._asked(Ask("witness")))

    def detect(self, image: NDArray[np.uint8]) -> list[Box]:
        found: list[Box] = self._asked(Ask("detect", (image,)))
        return found

    def _connected(self) -> Connection:
        """A line to the device process; one that is being started anew is waited for."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return Client(self._address, authkey=self._key)
            except (OSError, EOFError, AuthenticationError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def _asked(self, ask: Ask) -> Any:
        try:
            self._line.send(ask)
        except OSError:  # the device process has died since, and none of this page's doing
            self._line = self._connected()
            self._line.send(ask)
        try:
            told = self._line.recv()
        except (EOFError, OSError):
            os._exit(GONE)  # with this page in its hands: the pool tries it once more, alone
        if told.model:
            raise ModelError(told.problem)
        if told.problem:
            raise EngineError(told.problem)
        return told.value


@dataclass(frozen=True, slots=True)
class DeviceWitness:
    """The ``Recogniser`` that is the device process's witness."""

    engine: DeviceEngine

    @property
    def provenance(self) -> Provenance:
        return self.engine.provenance

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        return self.engine.hear(lines)


def reader_engines(address: str, key: bytes, options: EngineOptions) -> Engines:
    """The engines of a reader on a CPU core: an ``EngineFactory`` once address and key are bound."""
    engine = DeviceEngine(address, key)
    return Engines(engine, engine, DeviceWitness(engine) if engine.has_witness() else None)


def serve(pipe: Connection, address: str, key: bytes, factory: EngineFactory, options: EngineOptions) -> None:
    """The device process's life: the model once, then lines until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    try:
        device = Device(factory(options))
        listener = Listener(address, authkey=key)
    except GoujiError as error:
        pipe.send(_Started(str(error), isinstance(error, UsageError)))
        return
    except Exception as error:
        pipe.send(_Started(f"{type(error).__name__}: {error}."))
        return
    threading.Thread(target=_let_in, args=(listener, device.readers), daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        pipe.send(_Started())
        while True:
            device.turn()


def _let_in(listener: Listener, readers: list[Connection]) -> None:
    while True:
        with contextlib.suppress(Exception):  # one that could not prove itself, or left at once
            readers.append(listener.accept())


class Device:
    """Answers the readers; ``readers`` are added to by another thread."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self.readers: list[Connection] = []

    def turn(self, timeout: float = 0.1) -> None:
        """Answer what the readers have asked by now; returns after ``timeout`` seconds if none has."""
        asked: list[tuple[Connection, Ask]] = []
        lines = 0
        for reader in wait([*self.readers], timeout):
            assert isinstance(reader, Connection)
            try:
                ask = reader.recv()
            except (EOFError, OSError):
                self.readers.remove(reader)
                continue
            asked.append((reader, ask))
            lines += len(ask.images)
            if lines >= MOST_LINES:
                break
        for (reader, _), told in zip(asked, self.answer([ask for _, ask in asked]), strict=True):
            with contextlib.suppress(OSError):  # it died meanwhile; the next turn notices
                reader.send(told)

    def answer(self, asks: Sequence[Ask]) -> list[Told]:
        """One answer for each; the lines of all are read in one call, or by themselves where that fails."""
        reads = [ask for ask in asks if ask.what == "read"]
        told = iter(self._read_together(reads))
        return [next(told) if ask.what == "read" else _told(lambda a=ask: self._other(a)) for ask in asks]

    def _read_together(self, asks: Sequence[Ask]) -> list[Told]:
        whole = _told(lambda: read_checked(self._engines.recogniser, [i for ask in asks for i in ask.images]))
        if whole.problem and len(asks) > 1:
            return [_told(lambda a=ask: read_checked(self._engines.recogniser, a.images)) for ask in asks]
        if whole.problem:
            return [whole] * len(asks)
        readings = iter(whole.value)
        return [Told([next(readings) for _ in ask.images]) for ask in asks]

    def _other(self, ask: Ask) -> Any:
        witness = self._engines.witness
        if ask.what == "detect":
            return self._engines.detector.detect(ask.images[0])
        if ask.what == "witness":
            return witness is not None
        if ask.what == "hear":
            return read_checked(witness, ask.images) if witness else []
        return self._engines.recogniser.provenance


def _told(act: Any) -> Told:
    try:
        return Told(act())
    except ModelError as error:
        return Told(problem=str(error), model=True)
    except GoujiError as error:
        return Told(problem=str(error))
    except Exception as error:
        return Told(problem=f"The engine on the device failed: {type(error).__name__}: {error}")
