"""Pages per second and processor seconds a page, all cores at work: gouji beside programs that read the same pages.

Each program gets the same number of processes with one thread each, as gouji's workers are; the processes take pages
from one list. The programs take turns, round by round, so that what else the machine does falls on all alike: ratios
are the result. Everything is counted, from the file to the result (gouji: to its files). Starting up is not; it is
measured apart.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from .latency import Ours, time_peer
from .peers import PeerMissing, make_text_peer
from .tables import Column, markdown

OURS = "gouji"
START_SECONDS = 600.0
FASTER, CHEAPER = 5.0, 6.0
"""What is promised against rapidocr: so many times its pages per second, so many times less processor time."""


@dataclass(frozen=True, slots=True)
class Round:
    """One program over all pages once: seconds by the clock, and of the processor over all its processes."""

    program: str
    pages: int
    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Rate:
    """Medians over the rounds, and how they compare: ``faster`` and ``cheaper`` are gouji's advantage, above 1."""

    program: str
    pages_per_second: float
    cpu_per_page: float
    faster: float
    cheaper: float


def rates(rounds: Iterable[Round]) -> list[Rate]:
    """One for each program, gouji first; ratios are medians of each round's, in which all took their turn."""
    by: dict[str, list[Round]] = {}
    for r in rounds:
        by.setdefault(r.program, []).append(r)
    ours = by.get(OURS, [])
    found = []
    for program, own in sorted(by.items(), key=lambda item: item[0] != OURS):
        pairs = list(zip(ours, own, strict=False))
        found.append(
            Rate(
                program,
                median(r.pages / r.wall for r in own),
                median(r.cpu / r.pages for r in own),
                median((theirs.wall / theirs.pages) / (o.wall / o.pages) for o, theirs in pairs) if pairs else 0.0,
                median((theirs.cpu / theirs.pages) / (o.cpu / o.pages) for o, theirs in pairs) if pairs else 0.0,
            )
        )
    return found


def verdict(found: Sequence[Rate], peer: str = "rapidocr") -> tuple[bool | None, str]:
    """Whether the promise against ``peer`` is kept, in words; None where it was not measured."""
    row = next((r for r in found if r.program.startswith(peer)), None)
    if row is None:
        return None, f"{peer} was not measured."
    kept = row.faster >= FASTER and row.cheaper >= CHEAPER
    return kept, (
        f"gouji reads {row.faster:.2f} times the pages per second of {row.program} and takes {row.cheaper:.2f} times "
        f"less processor time a page. {'Holds' if kept else 'DOES NOT HOLD'}: {FASTER:g} and {CHEAPER:g} times."
    )


def report(found: Sequence[Rate]) -> str:
    """The table of ``rates`` in markdown."""
    head = [
        Column("program"), Column("pages/s", "{:.2f}"), Column("CPU s a page", "{:.2f}"),
        Column("gouji faster by", "{:.2f}"), Column("gouji cheaper by", "{:.2f}"),
    ]  # fmt: skip
    rows = [[r.program, r.pages_per_second, r.cpu_per_page, r.faster, r.cheaper] for r in found]
    return markdown(head, rows) + "\n"


class Program:
    """A program in ``processes`` processes that have loaded it. Raises ``PeerMissing`` where it is not installed."""

    def __init__(self, name: str, processes: int, warm_up: Path) -> None:
        if name != OURS:
            make_text_peer(name, 1)  # here, so that what is missing is said once
        context = mp.get_context("spawn")
        barrier = context.Barrier(processes)
        before = dict(os.environ)
        os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
        if name == OURS:
            from gouji.workers import MALLOC

            os.environ.update(MALLOC)
        try:
            self._pool = ProcessPoolExecutor(processes, context, _start, (name, barrier))
            started = [self._pool.submit(_warm_up, warm_up) for _ in range(processes)]
            (self.name,) = {f.result(timeout=START_SECONDS) for f in started}
        finally:
            os.environ.clear()
            os.environ.update(before)

    def read(self, pages: Sequence[Path]) -> Round:
        """All pages once."""
        start = time.perf_counter()
        cpu = sum(self._pool.map(_read, pages))
        return Round(self.name, len(pages), time.perf_counter() - start, cpu)

    def close(self) -> None:
        self._pool.shutdown()


def measure(names: Sequence[str], pages: Sequence[Path], processes: int, rounds: int) -> tuple[list[Round], list[str]]:
    """The rounds of every program that is there, and what the others lack."""
    programs, missing = [], []
    try:
        for name in names:
            try:
                programs.append(Program(name, processes, pages[0]))
            except PeerMissing as error:
                missing.append(str(error))
        found = []
        for k in range(rounds):
            for program in programs if k % 2 == 0 else programs[::-1]:
                found.append(program.read(pages))
        return found, missing
    finally:
        for program in programs:
            program.close()


_reader: Callable[[Path], Any] | None = None
_name = ""
_barrier: Any = None


def _start(name: str, barrier: Any) -> None:
    global _reader, _name, _barrier
    import cv2

    cv2.setNumThreads(1)
    _barrier = barrier
    if name == OURS:
        ours = Ours()
        _reader, _name = ours.time, OURS
    else:
        peer = make_text_peer(name, 1)
        _reader, _name = lambda page: time_peer(peer, page), peer.name


def _warm_up(page: Path) -> str:
    """Waits until every process is there, so that each of them warms up."""
    _barrier.wait(START_SECONDS)
    _read(page)
    return _name


def _read(page: Path) -> float:
    assert _reader is not None
    start = time.process_time()
    _reader(page)
    return time.process_time() - start
