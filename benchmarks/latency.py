"""``python -m benchmarks.latency [FOLDER…]``: seconds a page by stage, beside a peer reading the same whole page.

One process, pinned to the same cores, one thread for each engine; page by page the two take turns in one run, so that
what else the machine does falls on both alike. Ratios are the result; seconds are this machine's. With ``--processes``
pages per second and processor time of several processes follow (see ``throughput``); ``--profile`` says which functions
the processor's time goes to.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from .machine import machine
from .memory import measure
from .peers import IN_ONE, PeerMissing, TextPeer, make_text_peer
from .tables import Column, markdown

if TYPE_CHECKING:
    from gouji.page import Engines

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "tests" / "data" / "scans"
PICTURES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp"})
STAGES = ("load", "layout", "detection", "reading", "form", "check", "files")
PROGRAMS = ("gouji", "rapidocr", f"rapidocr{IN_ONE}", "faster-paddle")
FULL = range(100, 161)
"""Cells of "a page of 130 cells": the pages whose ratio is the promise."""
MEMORY_LIMIT_MB = 1536


@dataclass(frozen=True, slots=True)
class PageTime:
    """One engine on one page, once: seconds by the clock and of the processor; ``stages`` by the clock."""

    engine: str
    page: str
    cells: int
    wall: float
    cpu: float
    stages: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class PageRatio:
    """Medians over the rounds of one page: seconds of ours and the peer's, and their ratio by clock and processor."""

    page: str
    cells: int
    ours: float
    peer: float
    ratio: float
    cpu_ratio: float


def compare(times: Iterable[PageTime], ours: str, peer: str) -> list[PageRatio]:
    """Per page that both have read, in order of first appearance."""
    rows: dict[str, dict[str, list[PageTime]]] = {}
    for t in times:
        rows.setdefault(t.page, {}).setdefault(t.engine, []).append(t)
    found = []
    for page, engines in rows.items():
        if ours not in engines or peer not in engines:
            continue
        a, b = engines[ours], engines[peer]
        wall, other = median(t.wall for t in a), median(t.wall for t in b)
        cpu = median(t.cpu for t in a) / median(t.cpu for t in b)
        found.append(PageRatio(page, a[0].cells, wall, other, wall / other, cpu))
    return found


def stage_medians(times: Iterable[PageTime]) -> dict[str, float]:
    """Median seconds of each stage over all page readings that have stages."""
    staged = [dict(t.stages) for t in times if t.stages]
    return {s: median(t.get(s, 0.0) for t in staged) for s in STAGES} if staged else {}


def promise(rows: Sequence[PageRatio], peer: str, cells: range = FULL) -> tuple[bool | None, str]:
    """Whether a page of about 130 cells takes less time than the peer takes for it, and that with its figures.

    None where no page has that many cells. The medians are over pages; all pages must keep to it by the median ratio.
    """
    full = [r for r in rows if r.cells in cells]
    if not full:
        return None, f"No page has {cells.start} to {cells.stop - 1} cells: nothing can be said of a page of 130 cells."
    ratio, cpu = median(r.ratio for r in full), median(r.cpu_ratio for r in full)
    worst = max(full, key=lambda r: r.ratio)
    number = median(r.cells for r in full)
    return ratio < 1, (
        f"A page of {number:.0f} cells (median of {len(full)} pages of {cells.start} to {cells.stop - 1}) takes "
        f"{median(r.ours for r in full):.2f} s, {peer} {median(r.peer for r in full):.2f} s for the same whole page in "
        f"the same run: ratio {ratio:.2f} by the clock, {cpu:.2f} of processor time; worst page {worst.ratio:.2f} "
        f"({worst.page}, {worst.cells} cells). {'Holds' if ratio < 1 else 'DOES NOT HOLD'}: it must be below 1."
    )


def first_pages(folders: Iterable[Path]) -> list[Path]:
    """The first page picture of every folder (and of the folders inside it) that has one."""
    found = []
    for folder in folders:
        for place in (folder, *sorted(p for p in folder.rglob("*") if p.is_dir())):
            pictures = sorted(p for p in place.iterdir() if p.suffix.lower() in PICTURES)
            found += pictures[:1]
    return found


def pin(cores: int) -> str:
    """Keep this process and what it starts to that many cores; says what was done."""
    if not hasattr(os, "sched_setaffinity"):
        return "not pinned (this system cannot)"
    free = sorted(os.sched_getaffinity(0))[:cores]
    os.sched_setaffinity(0, free)
    return f"pinned to core{'s' * (len(free) > 1)} {', '.join(map(str, free))}"


class Ours:
    """gouji's stages in this process, as a worker and the batch run them."""

    name = "gouji"

    def __init__(self) -> None:
        from gouji.settings import RunSettings
        from gouji.workers import make_engines
        from reconstruct import builtin_templates

        self._settings = RunSettings(workers=1)
        self._engines: Engines = make_engines(self._settings.engine)
        self._templates = builtin_templates()

    def time(self, page: Path) -> PageTime:
        """Read a page and write its files into a folder that is thrown away."""
        from export.pages import PageRecord
        from gouji.judge import flag_table, judge
        from gouji.output import prepare, write_document
        from gouji.page import read_page
        from layout import load_pages
        from reconstruct import rebuild

        cpu, clock = time.process_time(), _Clock()
        image = next(iter(load_pages(page, name=page.name, settings=self._settings.load)))
        if isinstance(image, Exception):
            raise image
        clock.lap("load")
        read = read_page(image, 1, self._engines)
        clock.stages += read.seconds
        clock.restart()
        rebuilt = rebuild([read.content], self._templates)
        clock.lap("form")
        forms = [judge(form, None, self._settings.review) for form in rebuilt.forms]
        clock.lap("check")
        with tempfile.TemporaryDirectory() as folder:
            prepare(Path(folder))
            tables = [flag_table(t, self._settings.review_below) for t in read.content.tables]
            record = PageRecord(image.file, 1, 1, image.width, image.height, image.dpi)
            write_document(Path(folder), page.stem, forms, tables, [record])
            clock.lap("files")
        cells = sum(len(t.cells) for t in read.content.tables)
        cpu = time.process_time() - cpu
        return PageTime(self.name, _label(page), cells, clock.total, cpu, tuple(clock.stages))


class _Clock:
    """Laps by name; ``restart`` leaves out what was timed elsewhere."""

    def __init__(self) -> None:
        self.start = self.last = time.perf_counter()
        self.stages: list[tuple[str, float]] = []

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.stages.append((name, now - self.last))
        self.last = now

    def restart(self) -> None:
        self.last = time.perf_counter()

    @property
    def total(self) -> float:
        return time.perf_counter() - self.start


def time_peer(peer: TextPeer, page: Path) -> PageTime:
    """The peer on the whole page, from the file to its lines."""
    cpu, start = time.process_time(), time.perf_counter()
    lines = peer.read(page)
    return PageTime(peer.name, _label(page), len(lines), time.perf_counter() - start, time.process_time() - cpu)


def take_turns(
    readers: Sequence[Callable[[Path], PageTime]], pages: Sequence[Path], rounds: int, limit: float = math.inf
) -> Iterable[PageTime]:
    """Every reader on every page, ``rounds`` times; who begins changes from page to page. The first page warms up.

    After ``limit`` seconds no further page is begun: what was measured until then is compared.
    """
    start = time.monotonic()
    for reader in readers:
        reader(pages[0])
    for k in range(rounds):
        for n, page in enumerate(pages):
            if time.monotonic() - start > limit:
                return
            for reader in readers if (n + k) % 2 == 0 else reversed(readers):
                yield reader(page)


def largest_set(folders: Iterable[Path]) -> Path | None:
    """The folder of page files with the most bytes of pixels: PDF and picture files by their number, then size."""
    kinds = PICTURES | {".pdf"}
    sizes = {}
    for folder in folders:
        for place in (folder, *(p for p in folder.rglob("*") if p.is_dir())):
            files = [p for p in place.iterdir() if p.suffix.lower() in kinds]
            if files:
                sizes[place] = (len(files), sum(p.stat().st_size for p in files))
    return max(sizes, key=lambda place: sizes[place], default=None)


def peak_memory(folder: Path) -> tuple[bool, str]:
    """Whether ``gouji run`` on the folder stays below the limit with a worker per core, and that with its figures."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "gouji", "run", str(folder.resolve()), "-o", out, "--overwrite", "--json"]
        cost = measure(command, cwd=ROOT, quiet=True)
    if cost.code not in (0, 1, 3):
        return False, f"gouji run {folder} ended with {cost.code}: no figure for memory."
    good = cost.peak_mb < MEMORY_LIMIT_MB
    return good, (
        f"Peak memory of gouji run on {_label(folder)}, {os.cpu_count()} workers: {cost.peak_mb:.0f} MB (PSS of all "
        f"its processes) in {cost.seconds:.1f} s. {'Holds' if good else 'DOES NOT HOLD'}: below {MEMORY_LIMIT_MB} MB."
    )


def _label(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def run(
    pages: Sequence[Path], peer_name: str, rounds: int, threads: int, limit: float = math.inf
) -> tuple[list[PageTime], str, str]:
    """Time the pages; the peer's full name, or why there is none, comes second and third."""
    import cv2

    cv2.setNumThreads(1)
    ours = Ours()
    try:
        peer = make_text_peer(peer_name, threads)
    except PeerMissing as missing:
        return list(take_turns([ours.time], pages, rounds, limit)), "", str(missing)
    return list(take_turns([ours.time, lambda p: time_peer(peer, p)], pages, rounds, limit)), peer.name, ""


def profile(pages: Sequence[Path], most: int = 30) -> str:
    """Processor time a page of this project's own functions (with what they call) and of what they call outside."""
    import cProfile
    import io
    import pstats

    import cv2

    cv2.setNumThreads(1)
    ours = Ours()
    ours.time(pages[0])
    profiler = cProfile.Profile(time.process_time)
    profiler.enable()
    for page in pages:
        ours.time(page)
    profiler.disable()
    text = io.StringIO()
    stats = pstats.Stats(profiler, stream=text)
    text.write(f"{len(pages)} pages; processor time of all of them, under the profiler. With what is called:\n")
    stats.sort_stats("cumulative").print_stats(f"{ROOT}/(gouji|layout|ocr|reconstruct|scoring|export)/", most)
    text.write("Own time:\n")
    stats.sort_stats("tottime").print_stats(most)
    return "\n".join(line.replace(f"{ROOT}/", "") for line in text.getvalue().splitlines() if line.strip())


def report(times: Sequence[PageTime], peer: str) -> str:
    """The tables of a run in markdown."""
    stages = stage_medians(times)
    parts = [markdown([Column(s, "{:.3f}") for s in (*stages, "sum")], [[*stages.values(), sum(stages.values())]])]
    rows = compare(times, Ours.name, peer)
    if rows:
        head = [
            Column("page"), Column("cells", "{:d}"), Column("gouji s", "{:.2f}"), Column(f"{peer} s", "{:.2f}"),
            Column("ratio", "{:.2f}"), Column("ratio cpu", "{:.2f}"),
        ]  # fmt: skip
        parts.append(markdown(head, [list(asdict(r).values()) for r in rows]))
        parts.append(promise(rows, peer)[1])
    return "\n\n".join(parts) + "\n"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path, help="folders whose first pages are read beside the samples")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=float, default=600, help="seconds after which no further page is begun")
    parser.add_argument("--cores", type=int, default=1, help="cores the process is kept to")
    parser.add_argument("--peer", default="rapidocr")
    parser.add_argument("--peer-threads", type=int, default=1, help="0: as the peer comes")
    parser.add_argument("--memory", action="store_true", help="measure the peak memory of the largest folder as well")
    parser.add_argument("--processes", type=int, default=0, help="then measure so many processes of each program")
    parser.add_argument("--repeat", type=int, default=1, help="each of them reads every page so many times a round")
    parser.add_argument("--programs", nargs="*", default=PROGRAMS, help="see benchmarks.throughput")
    parser.add_argument("--profile", action="store_true", help="only say where the processor's time goes")
    parser.add_argument("--json", type=Path, help="write every time taken here")
    a = parser.parse_args(argv)
    for folder in a.folders:
        if not folder.is_dir():
            parser.error(f"{folder} is no folder")
    folders = [SAMPLES, *a.folders]
    if a.profile:
        print(profile(first_pages(folders)))
        return 0
    fast = _throughput(first_pages(folders) * a.repeat, a.programs, a.processes, a.rounds) if a.processes else None
    memory = peak_memory(largest_set(folders) or SAMPLES) if a.memory else (True, "")
    where = pin(a.cores)
    times, peer, missing = run(first_pages(folders), a.peer, a.rounds, a.peer_threads, a.limit)
    print(f"{machine()}; {where}; peer's threads: {a.peer_threads or 'as it comes'}; up to {a.rounds} rounds\n")
    print(report(times, peer))
    print(missing or memory[1])
    if missing and memory[1]:
        print(memory[1])
    if a.json:
        _write_json(a.json, times, peer)
    held = promise(compare(times, Ours.name, peer), peer)[0] if peer else None
    return 0 if held is not False and fast is not False and memory[0] else 1


def _throughput(pages: Sequence[Path], programs: Sequence[str], processes: int, rounds: int) -> bool | None:
    from . import throughput

    found, starts, missing = throughput.measure(programs, pages, processes, rounds)
    rates = throughput.rates(found)
    whole = [throughput.run_command(pages, processes)] if throughput.OURS in programs else []
    whole += throughput.from_nothing(starts, found)
    held, text = throughput.verdict(rates)
    print(f"{machine()}; {processes} processes each, {len(pages)} pages, {rounds} rounds\n")
    print("\n".join([throughput.report(rates), text, *missing, ""]))
    print(throughput.start_report(starts, whole), flush=True)
    return held


def _write_json(path: Path, times: Sequence[PageTime], peer: str) -> None:
    data: dict[str, Any] = {"machine": machine(), "peer": peer, "times": [asdict(t) for t in times]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
