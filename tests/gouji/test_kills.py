"""``benchmarks.kills``, small: five kills at random moments, and the results of a run that nobody disturbed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import kills, replay
from forms import Box, Cell, PageContent, Table, TableCell, TextLine

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of one page with a table and a line."""
    work = tmp_path_factory.mktemp("kills")
    box = Box(1, 2, 3, 4)
    cells = tuple(TableCell(k, 0, 1, 1, box, Cell(f"{k}.5", 0.9, box=box, page=1, raw=f"{k}.5")) for k in range(30))
    table = Table(1, 1, 30, 1, cells, Box(0, 0, 50, 50))
    line = TextLine(box, Cell("附件", 0.9, box=box, page=1, raw="附件"))
    replay.save([PageContent("1.png", 1, 500, 700, (table,), (line,))], work / "recorded.json")
    return work


def test_killed_five_times_and_a_page_that_is_lost_or_doubled_is_seen(work: Path, tmp_path: Path) -> None:
    """In a process of its own: it forks, and this one may have threads."""
    size = ["--documents", "2", "--pages", "2"]
    command = [sys.executable, "-m", "benchmarks.kills", "--kills", "5", *size, "--seed", "7", "--work", str(work)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1800)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert int(re.search(r"^(\d+) kills", ended.stdout, re.MULTILINE)[1]) >= 5 and "Wrong: 0" in ended.stdout

    out = tmp_path / "out"
    shutil.copytree(work / "undisturbed", out)
    case = kills.Case(work / "scans", work / "recorded.json", 0.0, 4, kills.results(out), 0.0)
    assert sum("/tables/" in name for name in case.expected) == 8
    assert sum(name.endswith("pages.json") for name in case.expected) == 2
    assert list(kills.complaints(case, out)) == []
    spool = out / "d1" / "pages.spool"
    records = spool.read_bytes()
    with spool.open("rb") as file:
        *_, (offset, length, _) = kills._records(file)
    spool.write_bytes(records + records[offset - 8 : offset + length])
    assert [c for c in kills.complaints(case, out) if c.startswith("d1: pages kept [1, 2, 2]")]
    spool.write_bytes(records)
    (out / "d1" / "tables" / "2-1.json").unlink()
    assert [c for c in kills.complaints(case, out) if "d1/tables/2-1.json" in c]
