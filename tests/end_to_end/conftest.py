"""One real run over the sample scans, as a user starts it; every test looks at what it wrote."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from scan_results import DATA, ROOT, SCANS, Results


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    out = tmp_path_factory.mktemp("results")
    folders = [str(DATA / "scans" / scan) for scan in SCANS]
    command = [
        sys.executable,
        "-m",
        "gouji",
        "run",
        *folders,
        "-o",
        str(out),
        "--overlays",
        "--json",
        "--device",
        "cpu",
    ]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "COLUMNS": "200"})
    return Results(out, run.returncode, run.stdout, run.stderr)
