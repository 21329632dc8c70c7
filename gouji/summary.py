"""``run.json``: counts, seconds per stage, versions, settings and what failed."""

from __future__ import annotations

import json
from typing import Any

from .making import versions as versions
from .results import BatchResult
from .settings import RunSettings


def summarise(result: BatchResult, settings: RunSettings) -> dict[str, Any]:
    """The run as plain data. ``kept`` documents were finished by an earlier run; they are in all counts."""
    total = result.total
    weighed = total.weighed
    return {
        "documents": len(result.documents),
        "kept": [d.name for d in result.documents if d.kept],
        "pages_kept": result.pages_kept,
        "pages": {kind: total.kinds.get(kind, 0) for kind in ("form", "text", "blank", "failed")},
        "pages_to_review": total.unread,
        "forms": total.forms,
        "cells": total.cells,
        "cells_to_review": total.review,
        "numeric_cells": weighed.numeric_cells,
        "numeric_cells_to_review": weighed.numeric_review,
        "expected_silent_errors": {"numeric": round(weighed.numeric, 4), "text": round(weighed.text, 4)},
        "cells_repaired": total.repaired,
        "findings": total.findings,
        "seconds": {"elapsed": round(result.elapsed, 3), **{k: round(v, 3) for k, v in result.seconds.items()}},
        "failed_pages": [
            {"document": name, "file": p.file, "page": p.page, "reason": p.reason} for name, p in result.failed
        ],
        "unread_pages": [
            {"document": name, "file": p.file, "page": p.page, "reasons": list(p.reasons)} for name, p in result.unread
        ],
        "problems": [str(p) for p in result.search.problems],
        "skipped": [{"file": str(s.path), "reason": s.reason} for s in result.search.skipped],
        "versions": versions(),
        "settings": settings.as_text(),
    }


def dump_summary(summary: dict[str, Any]) -> str:
    return json.dumps(summary, ensure_ascii=False, indent=1) + "\n"
