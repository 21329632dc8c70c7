"""``gouji run``: the run that the command line asked for, what it prints, and its exit code."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from export.files import write_atomic
from forms import UsageError

from . import batch
from .gpu_pool import machine_pool
from .interrupts import Stop
from .progress import BarProgress
from .results import BatchResult
from .search import follow
from .settings import RunSettings
from .store import LocalStore, Store
from .summary import dump_summary, summarise
from .workers import EngineFactory, PagePool


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for beside the settings. ``settle``: seconds, for ``--watch``; places may be URLs."""

    inputs: tuple[str, ...]
    out: str
    settings: RunSettings
    as_json: bool = False
    profile: bool = False
    settle: float | None = None
    on_ray: bool = False
    address: str | None = None


def carry_out(request: Request, actors: int | None = None) -> int:
    """Run, write ``run.json``, print; returns the exit code. ``actors``: at most so many on a cluster."""
    if request.address is not None and not request.on_ray:
        raise UsageError("--address is for --engine ray.")
    console = Console(stderr=request.as_json)
    pool = _ray(request, actors) if request.on_ray else machine_pool(batch.local_pool)
    with _mounted(request.inputs, request.out, following=request.settle is not None) as (inputs, out, store):
        watch = None if request.settle is None else follow(inputs, out, settle=request.settle)
        with BarProgress(console) as progress, Stop() as stop:
            result = batch.run(
                inputs, out, request.settings, progress=progress, pool=pool, stop=stop, watch=watch, store=store
            )
        summary = summarise(result, request.settings)
        write_atomic(out / "run.json", dump_summary(summary))
    for problem in result.search.problems:
        console.print(str(problem), style="red", highlight=False)
    if request.profile:
        _print_profile(console, result)
    if request.as_json:
        print(json.dumps(summary, ensure_ascii=False))
    else:
        _print_totals(console, summary, request.out)
    return result.exit_code


def _ray(request: Request, actors: int | None) -> batch.PoolMaker:
    from .ray_crew import RaySettings
    from .ray_pool import RayPool

    def make(engines: EngineFactory, settings: RunSettings) -> PagePool:
        chosen = RaySettings(
            address=request.address,
            actors=actors,
            pages_per_actor=settings.worker_pages,
            memory=settings.worker_memory,
        )
        return RayPool(engines, settings.engine, page_seconds=settings.page_seconds, settings=chosen)

    return make


@contextlib.contextmanager
def _mounted(inputs: Sequence[str], out: str, *, following: bool) -> Iterator[tuple[Sequence[Path], Path, Store]]:
    if not any("://" in place for place in (*inputs, out)):
        yield [Path(place) for place in inputs], Path(out), LocalStore()
        return
    if following:
        raise UsageError("--watch follows local folders only. Mount the share, or run again from time to time.")
    from .remote import mounted

    with mounted(inputs, out) as places:
        yield places.inputs, places.out, places.store


def _print_totals(console: Console, summary: dict[str, Any], out: str) -> None:
    pages = summary["pages"]
    found = sum(pages.values())
    read = found - summary["pages_kept"]
    if not summary["documents"]:
        console.print(
            "No pages were found there. gouji reads PDF, TIFF, JPEG, PNG, BMP and WebP files.", style="yellow"
        )
    elapsed = summary["seconds"]["elapsed"]
    silent = sum(summary["expected_silent_errors"].values())
    whole = summary["pages_to_review"]
    unread = f", {whole} pages to compare with the scan as a whole" if whole else ""
    speed = f" ({read / elapsed:.2f} pages/s)" if read and elapsed else ""
    console.print(
        f"{found} pages in {elapsed:.1f} s{speed}: {summary['forms']} forms, {summary['cells_to_review']} of "
        f"{summary['cells']} cells to review (about {silent:.2g} wrong ones expected among the others), "
        f"{sum(summary['findings'].values())} findings, "
        f"{pages['failed']} failed pages{unread}. Results: {out}",
        highlight=False,
        soft_wrap=True,
    )


def _print_profile(console: Console, result: BatchResult) -> None:
    """Seconds per stage, summed over the processes; what is not in them is waiting, start-up and the ledger."""
    pages = max(1, result.total.pages - result.pages_kept)
    whole = sum(result.seconds.values())
    table = Table(
        title=f"Where the time went ({pages} pages, {result.elapsed:.1f} s by the clock)", title_justify="left"
    )
    for column in ("stage", "seconds", "share", "ms a page"):
        table.add_column(column, justify="left" if column == "stage" else "right")
    for stage, seconds in sorted(result.seconds.items(), key=lambda item: -item[1]):
        share = f"{seconds / whole:.0%}" if whole else ""
        table.add_row(stage, f"{seconds:.2f}", share, f"{1000 * seconds / pages:.1f}")
    console.print(table)
