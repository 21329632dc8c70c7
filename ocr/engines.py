"""Engines that read nothing, replay what was read, or fail on purpose: the same door as the real ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import sha256
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forms import Box, Character, EngineError, LineReading, Provenance

from .protocol import Detector, LineImage, Recogniser


class Remembering:
    """A ``Recogniser`` that reads no line image twice: the sample that shows which way up a page lies is read once.

    Images are known by identity and kept alive; make one for each page.
    """

    def __init__(self, source: Recogniser) -> None:
        self._source = source
        self._known: dict[int, tuple[LineImage, LineReading]] = {}

    @property
    def provenance(self) -> Provenance:
        return self._source.provenance

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        new = list({id(line): line for line in lines if id(line) not in self._known}.values())
        for line, reading in zip(new, read_checked(self._source, new), strict=True):
            self._known[id(line)] = (line, reading)
        return [self._known[id(line)][1] for line in lines]


class Deferred:
    """A ``Recogniser`` that is made when it first has something to read."""

    def __init__(self, make: Callable[[], Recogniser]) -> None:
        self._engine = cache(make)

    @property
    def provenance(self) -> Provenance:
        return self._engine().provenance

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        return self._engine().read(lines) if lines else []


class DeferredDetector:
    """A ``Detector`` that is made when it is first shown a picture: many pages have no text outside their tables."""

    def __init__(self, make: Callable[[], Detector]) -> None:
        self._engine = cache(make)

    def detect(self, image: NDArray[np.uint8]) -> list[Box]:
        return self._engine().detect(image)


Fault = Literal["crash", "hang", "garbage", "short", "not a number"]


class NullRecogniser:
    """Reads every line as nothing: for measuring everything else."""

    provenance = Provenance("null", "cpu")

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        return [LineReading(engine="null") for _ in lines]


class NullDetector:
    """Finds no text."""

    def detect(self, image: NDArray[np.uint8]) -> list[Box]:
        return []


@dataclass
class RecordedRecogniser:
    """Replays readings by the hash of the line's pixels; records what ``source`` reads where there is none.

    Raises ``EngineError`` for a line that was never recorded when there is no ``source``.
    """

    readings: dict[str, LineReading] = field(default_factory=dict)
    source: Recogniser | None = None

    @property
    def provenance(self) -> Provenance:
        return self.source.provenance if self.source else Provenance("recorded", "cpu")

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        keys = [line_key(line) for line in lines]
        new = [i for i, key in enumerate(keys) if key not in self.readings]
        if new and self.source is None:
            raise EngineError(f"{len(new)} of {len(lines)} lines were never recorded.")
        if new and self.source is not None:
            for i, reading in zip(new, self.source.read([lines[i] for i in new]), strict=True):
                self.readings[keys[i]] = reading
        return [self.readings[key] for key in keys]

    def as_data(self) -> dict[str, list[list[object]]]:
        """Readings as plain data for a JSON file; ``from_data`` undoes it."""
        return {k: [[c.text, c.posterior, c.position] for c in r.characters] for k, r in self.readings.items()}

    @staticmethod
    def from_data(data: Mapping[str, Sequence[Sequence[object]]]) -> RecordedRecogniser:
        def character(c: Sequence[object]) -> Character:
            return Character(str(c[0]), float(str(c[1])), float(str(c[2])))

        return RecordedRecogniser(
            {k: LineReading(tuple(character(c) for c in cs), (), "recorded") for k, cs in data.items()}
        )


@dataclass
class FaultyRecogniser:
    """Behaves like ``source`` until call number ``after``, then fails in one of the ways real engines do.

    ``crash`` raises, ``hang`` sleeps ``seconds``, ``garbage`` answers bytes that are no text, ``short`` leaves
    readings out, ``not a number`` answers posteriors that are none.
    """

    source: Recogniser
    fault: Fault
    after: int = 0
    seconds: float = 3600.0
    calls: int = 0

    @property
    def provenance(self) -> Provenance:
        return self.source.provenance

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        self.calls += 1
        if self.calls <= self.after:
            return self.source.read(lines)
        if self.fault == "crash":
            raise RuntimeError("the engine crashed on purpose")
        if self.fault == "hang":
            time.sleep(self.seconds)
            return self.source.read(lines)
        if self.fault == "short":
            return self.source.read(lines)[:-1]
        if self.fault == "not a number":
            return [LineReading((Character("5", float("nan")),), (), "faulty") for _ in lines]
        return [LineReading((Character("\ud800\x00\ufffd", 0.9),), (), "faulty") for _ in lines]


def line_key(line: LineImage) -> str:
    """The identity of a line image: shape and pixels."""
    return sha256(repr(line.shape).encode() + np.ascontiguousarray(line).tobytes()).hexdigest()[:32]


def read_checked(engine: Recogniser, lines: Sequence[LineImage]) -> list[LineReading]:
    """What the engine reads, one reading per line and proper text; anything else becomes an ``EngineError``."""
    if not lines:
        return []
    try:
        readings = engine.read(lines)
    except EngineError:
        raise
    except Exception as error:
        raise EngineError(f"The reading engine failed: {type(error).__name__}: {error}") from error
    if not isinstance(readings, Sequence) or not all(isinstance(r, LineReading) for r in readings):
        raise EngineError("The reading engine answered with something that is no list of readings.")
    if len(readings) != len(lines):
        raise EngineError(f"The reading engine answered {len(readings)} readings for {len(lines)} lines.")
    for reading in readings:
        if any(not isinstance(c.text, str) or not _is_text(c.text) for c in reading.characters):
            raise EngineError("The reading engine answered with characters that are no text.")
    return list(readings)


@lru_cache(maxsize=30_000)
def _is_text(text: str) -> bool:
    return all(ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and c != "\ufffd" for c in text)
