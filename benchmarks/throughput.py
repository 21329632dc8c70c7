"""Pages per second and processor seconds a page, all cores at work: gouji beside programs that read the same pages.

Each program gets the same number of processes with one thread each, as gouji's workers are; the processes take pages
from one list. That is the best use of those cores; a program asked for ``IN_ONE`` process has as many threads in it
instead, as one that is simply called has. The programs take turns, round by round, so that what else the machine does
falls on all alike: ratios are the result. Everything is counted, from the file to the result (gouji: to its files).
Starting up is measured apart, and then together with the pages: few pages are mostly start, thousands hardly.
``gouji run`` itself is measured as well, from nothing to its last file, with what the stages do not show: counting,
ledger, workbooks.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from .latency import ROOT, Ours, time_peer
from .peers import IN_ONE, PeerMissing, make_text_peer
from .tables import Column, markdown

OURS, COMMAND = "gouji", "gouji run"
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
    """Whether the promise against ``peer`` is kept however it was run, in words; None where it was not measured."""
    own = [r for r in found if r.program.startswith(peer)]
    if not own:
        return None, f"{peer} was not measured."
    kept = [r.faster >= FASTER and r.cheaper >= CHEAPER for r in own]
    return all(kept), "\n".join(
        f"gouji reads {row.faster:.2f} times the pages per second of {row.program} and takes {row.cheaper:.2f} times "
        f"less processor time a page. {'Holds' if good else 'DOES NOT HOLD'}: {FASTER:g} and {CHEAPER:g} times."
        for row, good in zip(own, kept, strict=True)
    )


def report(found: Sequence[Rate]) -> str:
    """The table of ``rates`` in markdown."""
    head = [
        Column("program"), Column("pages/s", "{:.2f}"), Column("CPU s a page", "{:.2f}"),
        Column("gouji faster by", "{:.2f}"), Column("gouji cheaper by", "{:.2f}"),
    ]  # fmt: skip
    rows = [[r.program, r.pages_per_second, r.cpu_per_page, r.faster, r.cheaper] for r in found]
    return markdown(head, rows) + "\n"


def from_nothing(starts: Iterable[Round], rounds: Sequence[Round]) -> list[Round]:
    """Of each program its start and a median round of pages as one."""
    found = []
    for start in starts:
        own = [r for r in rounds if r.program == start.program]
        if own:
            wall, cpu = median(r.wall for r in own), median(r.cpu for r in own)
            found.append(replace(start, pages=start.pages + own[0].pages, wall=start.wall + wall, cpu=start.cpu + cpu))
    return found


def start_report(starts: Sequence[Round], whole: Sequence[Round]) -> str:
    """What starting took, and the pages with it; ``gouji run``, where it was measured, compared with the others."""
    ours = next((r for r in whole if r.program == COMMAND), None)
    head = [
        Column("program"), Column("start s", "{:.1f}"), Column("start CPU s", "{:.1f}"), Column("pages", "{:d}"),
        Column("pages/s with start", "{:.2f}"), Column("CPU s a page", "{:.2f}"), Column("gouji run faster", "{:.2f}"),
        Column("cheaper", "{:.2f}"),
    ]  # fmt: skip
    begun = {r.program: r for r in starts}
    rows: list[list[Any]] = []
    for r in whole:
        start = begun.get(r.program)
        ratios = (
            [(r.wall / r.pages) / (ours.wall / ours.pages), (r.cpu / r.pages) / (ours.cpu / ours.pages)] if ours else []
        )
        rows.append([
            r.program, start and start.wall, start and start.cpu, r.pages, r.pages / r.wall, r.cpu / r.pages,
            *(ratios or [None, None]),
        ])  # fmt: skip
    return markdown(head, rows) + "\n"


def run_command(pages: Sequence[Path], processes: int) -> Round:
    """``gouji run`` on the pages, each a document of its own, from nothing to its last file, with all its processes."""
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder) / "in" / f"{n:05d}" / page.name for n, page in enumerate(pages)]
        for place, page in zip(places, pages, strict=True):
            place.parent.mkdir(parents=True)
            place.symlink_to(page.resolve())
        command = [sys.executable, "-m", "gouji", "run", f"{folder}/in", "-o", f"{folder}/out", "--json"]
        before, start = _children(), time.perf_counter()
        done = subprocess.run([*command, "--workers", str(processes)], cwd=ROOT, capture_output=True, check=False)
        wall = time.perf_counter() - start
        if done.returncode not in (0, 1):
            raise RuntimeError(f"gouji run ended with {done.returncode}: {done.stderr.decode('utf-8', 'replace')}")
        return Round(COMMAND, len(pages), wall, _children() - before)


def _children() -> float:
    """Processor seconds of all processes that this one has started and seen end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Program:
    """A program in ``processes`` processes that have loaded it, one thread each; with ``IN_ONE`` behind its name in one
    with as many threads. Raises ``PeerMissing`` where it is not installed.

    ``start``: what it took from nothing until each of them had read a first page.
    """

    def __init__(self, name: str, processes: int, warm_up: Path) -> None:
        threads = processes if name.endswith(IN_ONE) else 1
        processes //= threads
        if name != OURS:
            make_text_peer(name.removesuffix(IN_ONE), 1)  # here, so that what is missing is said once
        context = mp.get_context("spawn")
        barrier = context.Barrier(processes)
        before = dict(os.environ)
        os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(threads)))
        if name == OURS:
            from gouji.workers import MALLOC

            os.environ.update(MALLOC)
        begun = time.perf_counter()
        try:
            self._pool = ProcessPoolExecutor(processes, context, _start, (name, threads, barrier))
            started = [self._pool.submit(_warm_up, warm_up) for _ in range(processes)]
            told = [f.result(timeout=START_SECONDS) for f in started]
            (self.name,) = {name for name, _ in told}
            self.start = Round(self.name, processes, time.perf_counter() - begun, sum(cpu for _, cpu in told))
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


def measure(
    names: Sequence[str], pages: Sequence[Path], processes: int, rounds: int
) -> tuple[list[Round], list[Round], list[str]]:
    """The rounds of every program that is there, what their starts took, and what the others lack."""
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
        return found, [program.start for program in programs], missing
    finally:
        for program in programs:
            program.close()


_reader: Callable[[Path], Any] | None = None
_name = ""
_barrier: Any = None


def _start(name: str, threads: int, barrier: Any) -> None:
    global _reader, _name, _barrier
    import cv2

    cv2.setNumThreads(threads)
    _barrier = barrier
    if name == OURS:
        ours = Ours()
        _reader, _name = ours.time, OURS
    else:
        peer = make_text_peer(name.removesuffix(IN_ONE), threads)
        _reader, _name = lambda page: time_peer(peer, page), peer.name + IN_ONE * name.endswith(IN_ONE)


def _warm_up(page: Path) -> tuple[str, float]:
    """Waits until every process is there, so that each of them warms up; its processor seconds since it was born."""
    _barrier.wait(START_SECONDS)
    _read(page)
    return _name, time.process_time()


def _read(page: Path) -> float:
    assert _reader is not None
    start = time.process_time()
    _reader(page)
    return time.process_time() - start
