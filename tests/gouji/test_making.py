"""What a result depends on is in its keys: a changed module must not leave old readings in place."""

from __future__ import annotations

import ast
from importlib.util import find_spec
from pathlib import Path

from gouji.making import READING


def _own_imports(module: str) -> set[str]:
    """The modules of ``gouji`` that one of them imports from beside it, by name."""
    spec = find_spec(f"gouji.{module}")
    assert spec is not None and spec.origin is not None
    tree = ast.parse(Path(spec.origin).read_text("utf-8"))
    return {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level == 1 and n.module}


def test_every_module_that_reads_a_page_is_in_the_reading_key() -> None:
    found, left = set(), {"page"}
    while left:
        module = left.pop()
        found.add(module)
        left |= _own_imports(module) - found
    keyed = {Path(part).stem for part in READING if part.startswith("gouji/")}
    assert found <= keyed, f"not in READING: {sorted(found - keyed)}"
