"""What a package loads: checking and rebuilding work where no image or model library is installed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"cv2", "numpy", "PIL", "pandas", "layoutparser", "onnxruntime", "paddleocr", "pypdfium2", "openpyxl"}


def loaded_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*sorted({{m.partition('.')[0] for m in sys.modules}}))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize(
    "statement", ["from scoring import check", "import reconstruct", "import forms", "import gouji.cli"]
)
def test_no_image_or_model_library_is_loaded(statement: str) -> None:
    assert not loaded_by(statement) & HEAVY


def test_a_public_name_loads_what_it_needs_and_an_unknown_one_says_so() -> None:
    assert loaded_by("import gouji; gouji.check") & HEAVY == set()
    assert loaded_by("import gouji; gouji.run") >= {"cv2", "numpy"}
    import gouji

    assert all(getattr(gouji, name) for name in gouji.__all__)
    with pytest.raises(AttributeError, match="frobnicate"):
        gouji.frobnicate  # noqa: B018


def test_what_the_command_is_started_from_loads_next_to_nothing() -> None:
    """A process that a run starts loads it again (``multiprocessing``, method spawn): a tenth of a second, were it the
    command line itself."""
    found = re.search(r'^gouji = "([\w.]+):(\w+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert found is not None
    module, name = found.groups()
    loaded = loaded_by(f"from {module} import {name}; assert callable({name})")
    assert "gouji" in loaded and not loaded & {"typer", "rich", "pydantic", *HEAVY}
