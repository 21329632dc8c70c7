"""``python -m benchmarks.review_speed RUN``: how fast the review station answers on a large run.

The forms of a real run are copied (hard links where the disk allows) until there are 10,000 pages and 1.3 million
cells; the station indexes them as it would any run, and each of its calls is timed from outside, over and over. What
the promise is about, the queue's first page and the next cell, are medians at the server.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from forms import FormFileError, read_form
from review import Filters, Station, User
from review.runs import RunFolder

from .machine import machine
from .tables import Column, markdown

PAGES, CELLS = 10_000, 1_300_000
LIMIT_MS = 150.0
PROMISED = ("queue, first page", "next cell")


@dataclass(frozen=True, slots=True)
class Size:
    """What the run holds; ``seconds`` is how long making or indexing it took."""

    documents: int
    forms: int
    pages: int
    cells: int
    open: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Timing:
    """One call of the station: milliseconds by the clock over ``rounds`` calls."""

    call: str
    rounds: int
    median_ms: float
    p95_ms: float


def multiply(run: Path, out: Path, *, pages: int = PAGES, cells: int = CELLS) -> tuple[int, int]:
    """Copy the documents of ``run`` into ``out`` as often as it takes; returns the copies' pages and cells."""
    folder = RunFolder(run)
    documents = [(name, *_counted(folder, name)) for name in folder.documents()]
    if not sum(n for _, _, n in documents):
        raise FormFileError(f"{run} holds no forms to copy.")
    have_pages = have_cells = copy = 0
    while have_pages < pages or have_cells < cells:
        copy += 1
        for name, n_pages, n_cells in documents:
            _link_document(folder.folder(name), out / f"copy{copy:05}" / name)
            have_pages, have_cells = have_pages + n_pages, have_cells + n_cells
            if have_pages >= pages and have_cells >= cells:
                break
    return have_pages, have_cells


def _counted(folder: RunFolder, document: str) -> tuple[int, int]:
    paths = (folder.folder(document) / "forms").glob("*.json")
    return max(1, len(folder.pages(document))), sum(sum(1 for _ in read_form(p).cells()) for p in paths)


def _link_document(source: Path, target: Path) -> None:
    (target / "forms").mkdir(parents=True)
    for path in [*(source / "forms").glob("*.json"), source / "pages.json"]:
        if not path.is_file():
            continue
        try:
            os.link(path, target / path.relative_to(source))
        except OSError:  # another disk, or one without hard links
            shutil.copyfile(path, target / path.relative_to(source))


def timed(call: str, act: Callable[[], Any], rounds: int) -> Timing:
    """Call ``act`` ``rounds`` times, once before to warm up."""
    act()
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        spent.append((time.perf_counter() - start) * 1000.0)
    return _timing(call, spent)


def _timing(call: str, spent: Sequence[float]) -> Timing:
    tail = quantiles(spent, n=20)[-1] if len(spent) > 1 else spent[0]
    return Timing(call, len(spent), round(median(spent), 2), round(tail, 2))


def work_through(station: Station, user: User, rounds: int) -> list[Timing]:
    """A reviewer's strokes: get the next cell, try a text, confirm; each timed on its own."""
    spent: dict[str, list[float]] = {"next cell": [], "live arithmetic": [], "confirm": []}
    for _ in range(rounds):
        marks = [time.perf_counter()]
        item = station.next(user)
        marks.append(time.perf_counter())
        if item is None:
            break
        station.preview(item.form_id, item.address, item.text)
        marks.append(time.perf_counter())
        station.confirm(user, item.form_id, item.address, item.text, version=item.version, seconds=1.0)
        marks.append(time.perf_counter())
        for times, start, end in zip(spent.values(), marks, marks[1:], strict=False):
            times.append((end - start) * 1000.0)
    return [_timing(call, times) for call, times in spent.items() if times]


def measure(station: Station, rounds: int) -> list[Timing]:
    """Time every call that a page of the station makes."""
    user = User("benchmark", "senior")
    document = station.documents()[-1][0]
    items = station.queue(user)
    groups = station.groups()
    calls: list[tuple[str, Callable[[], Any]]] = [
        ("queue, first page", lambda: station.queue(user)),
        ("queue, page 20", lambda: station.queue(user, offset=1000)),
        ("queue of one document", lambda: station.queue(user, Filters(document=document))),
        ("queue of numbers", lambda: station.queue(user, Filters(kind="number"))),
        ("queue of a rule", lambda: station.queue(user, Filters(rule="total-score"))),
        ("counts", station.counts),
        ("list of groups", station.groups),
        ("form", lambda: station.form(items[0].form_id)),
    ]
    if groups:
        calls.append(("wall of a group", lambda: station.group(groups[0].key)))
    few = max(3, rounds // 10)
    slow = ("list of groups", "counts", "wall of a group")
    timings = [timed(name, act, few if name in slow else rounds) for name, act in calls]
    return [*timings, *work_through(station, user, rounds)]


def report(made: Size, timings: Iterable[Timing], database: str) -> str:
    """The figures as markdown."""
    columns = (
        Column("call"),
        Column("median ms", "{:.1f}"),
        Column("95 % below, ms", "{:.1f}"),
        Column("calls", "{:d}"),
    )
    run_of = f"{made.documents} documents, {made.forms} forms, {made.pages} pages, {made.cells} cells, {made.open} open"
    head = f"{run_of}; {database}, indexed in {made.seconds:.0f} s. {machine()}."
    rows = [(t.call, t.median_ms, t.p95_ms, t.rounds) for t in timings]
    return f"{head}\n\n{markdown(columns, rows)}\n"


def run(source: Path, folder: Path, *, url: str | None, pages: int, cells: int, rounds: int) -> dict[str, Any]:
    """Make the large run below ``folder``, index it, measure; everything as plain data."""
    out = folder / "run"
    n_pages, n_cells = multiply(source, out, pages=pages, cells=cells)
    start = time.perf_counter()
    station = Station.open(out, url)
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    unchanged = station.refresh()
    again = time.perf_counter() - start
    files = sum(1 for _ in station.folder.forms())
    size = Size(len(station.documents()), files, n_pages, n_cells, station.counts().open, round(seconds, 1))
    timings = measure(station, rounds)
    database = "PostgreSQL" if url else "SQLite"
    station.close()
    return {
        "machine": machine(),
        "database": database,
        "size": asdict(size),
        "reopen_seconds": round(again, 2),
        "read_again": unchanged,
        "timings": [asdict(t) for t in timings],
        "kept": {t.call: t.median_ms < LIMIT_MS for t in timings if t.call in PROMISED},
        "markdown": report(size, timings, database),
    }


def main(argv: list[str] | None = None) -> int:
    about = (__doc__ or "").split(":", 1)[1]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.review_speed", description=about)
    parser.add_argument("run", type=Path, help="a run of gouji whose forms are copied")
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--cells", type=int, default=CELLS)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--url", help="an empty PostgreSQL database instead of SQLite beside the run")
    parser.add_argument("--json", type=Path, help="where the figures go as JSON")
    parser.add_argument("--folder", type=Path, help="where the large run is made (default: a temporary folder)")
    a = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(dir=a.folder) as folder:
        found = run(a.run, Path(folder), url=a.url, pages=a.pages, cells=a.cells, rounds=a.rounds)
    text = found.pop("markdown")
    if a.json:
        a.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(json.dumps(found, indent=1))
    print(text)
    return 0 if all(found["kept"].values()) else 1


if __name__ == "__main__":
    sys.exit(main())
