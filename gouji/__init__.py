"""勾稽: from scans of evaluation forms to checked data.

``run`` reads scans into files; ``forms.read_form`` and ``scoring.check`` work on any form in the schema. The names
are loaded when they are first used, so that ``import gouji`` costs nothing.
"""

from importlib import import_module
from typing import Any

_NAMES = {
    "BatchResult": "gouji.batch",
    "DocumentResult": "gouji.batch",
    "Form": "forms",
    "Finding": "forms",
    "RunSettings": "gouji.settings",
    "check": "scoring",
    "read_form": "forms",
    "run": "gouji.batch",
}

__all__ = [*_NAMES]


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    raise AttributeError(f"module gouji has no attribute {name}")
