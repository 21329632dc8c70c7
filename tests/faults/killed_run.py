"""A run in a process of its own, to be killed: usage killed_run.py SCANS OUT [KILL_AT]

With KILL_AT the process kills itself (SIGKILL, as the kernel does) just before its KILL_AT-th file takes its name, or,
if KILL_AT is negative, when that file is half written. Forms are made up from each document's table, long enough that
writing takes its time; everything else is real.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import fault_engines

from forms import Form, FundsRow, Indicator, PageContent, Source
from gouji import batch, closing
from gouji.settings import RunSettings
from reconstruct import Rebuilt


def made_up(contents: list[PageContent], templates: object) -> Rebuilt:
    """One form for every page with a table, each of 60 rows."""
    return Rebuilt(tuple(form_of(c) for c in contents if c.tables), {c.page: "form" for c in contents})


def unjudged(form: Form, *settings: object) -> Form:
    return form


def form_of(content: PageContent) -> Form:
    cells = [c.cell for c in content.tables[0].cells]
    rows = tuple(Indicator(level3=cells[k % len(cells)], score=cells[k % 3]) for k in range(60))
    return Form("2020", (Source(content.file, content.page),), funds=(FundsRow(label=cells[0]),), indicators=rows)


def kill_at(number: int) -> None:
    """Count the files that take their names; at ``number`` the process is gone."""
    honest = Path.replace
    done = 0

    def replace(self: Path, target: Path) -> Path:
        nonlocal done
        done += 1
        if done == abs(number):
            if number < 0:
                os.truncate(self, self.stat().st_size // 2)
            os.kill(os.getpid(), signal.SIGKILL)
        return honest(self, target)

    Path.replace = replace  # type: ignore[method-assign]


def read(scans: Path, out: Path) -> batch.BatchResult:
    return batch.run([scans], out, RunSettings(workers=1), engines=fault_engines.sizes)


if __name__ == "__main__":
    closing.rebuild, closing.judge = made_up, unjudged  # type: ignore[assignment]
    if len(sys.argv) > 3:
        kill_at(int(sys.argv[3]))
    sys.exit(read(Path(sys.argv[1]), Path(sys.argv[2])).exit_code)
