"""Engines for worker processes to read with: none, honest, and failing in the ways that real ones do.

Factories are functions at the top of a module, because a worker process imports them by name. A page whose cells hold
no print never calls its recogniser: in a batch with one printed page only that one meets the fault.
"""

from __future__ import annotations

import mmap
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from forms import Box, Character, EngineError, LineReading, ModelError, Provenance
from gouji.page import Engines
from gouji.workers import EngineFactory
from ocr import EngineOptions, FaultyRecogniser, LineImage, NullDetector, NullRecogniser, Recogniser

Death = Literal["exit", "kill", "segfault"]
Answer = Literal["crash", "hang", "garbage", "short", "not a number"]


@dataclass
class SizeRecogniser:
    """Reads every line as its own size: an answer that anyone can check and that no model is needed for."""

    provenance = Provenance("size", "cpu")

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        return [LineReading(tuple(Character(c, 0.99) for c in f"{image.shape[1]}")) for image in lines]


@dataclass
class DyingRecogniser:
    """Takes its process with it."""

    death: Death
    provenance = Provenance("dying", "cpu")

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        if self.death == "exit":
            os._exit(7)
        os.kill(os.getpid(), signal.SIGKILL if self.death == "kill" else signal.SIGSEGV)
        raise AssertionError("still alive")


@dataclass
class HungryRecogniser:
    """Takes memory without end, of its own or shared; with the latter it waits to be ended."""

    shared: bool
    provenance = Provenance("hungry", "cpu")

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        if self.shared:  # the system's limit on data does not count it
            taken = mmap.mmap(-1, 1 << 30)
            for _ in range(1 << 10):
                taken.write(b"x" * (1 << 20))
            time.sleep(3600)
        blocks = [np.ones(1 << 24, np.uint8) for _ in range(1 << 8)]  # 4 GB
        raise AssertionError(f"{len(blocks)} blocks were there")


@dataclass
class CountingRecogniser:
    """Writes a line into ``path`` at every call, then lets ``source`` read: tells how often a page was tried."""

    source: Recogniser
    path: str
    provenance = Provenance("counting", "cpu")

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        with open(self.path, "a") as file:  # noqa: PTH123 - one write call, appended whole
            file.write(f"{os.getpid()}\n")
        return self.source.read(lines)


def null(options: EngineOptions) -> Engines:
    return Engines(NullRecogniser(), NullDetector())


def sizes(options: EngineOptions) -> Engines:
    return Engines(SizeRecogniser(), NullDetector())


def dying(death: Death, path: str) -> EngineFactory:
    return partial(_counted, path, DyingRecogniser(death))


def hungry(shared: bool, path: str) -> EngineFactory:
    return partial(_counted, path, HungryRecogniser(shared))


def counting(path: str) -> EngineFactory:
    return partial(_counted, path, SizeRecogniser())


def faulty(fault: Answer, path: str) -> EngineFactory:
    return partial(_counted, path, FaultyRecogniser(SizeRecogniser(), fault))


def _counted(path: str, recogniser: Recogniser, options: EngineOptions) -> Engines:
    return Engines(CountingRecogniser(recogniser, path), NullDetector())


def without_weights(options: EngineOptions) -> Engines:
    raise ModelError("No weights for the test. Install them.")


def broken_engine(options: EngineOptions) -> Engines:
    raise EngineError("This engine cannot be made.")


def dies_at_start(options: EngineOptions) -> Engines:
    os._exit(9)


class UnmadeDetector:
    """Weights that are found to be missing when a page first has text outside its tables."""

    def detect(self, image: LineImage) -> list[Box]:
        raise ModelError("No weights for the detector. Install them.")


def without_detector(options: EngineOptions) -> Engines:
    return Engines(SizeRecogniser(), UnmadeDetector())
