"""Two languages: every text of the interface by its key, from ``text/<language>.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
_FOLDER = Path(__file__).parent / "text"


@cache
def texts(language: Language) -> Mapping[str, str]:
    """Every text of the language by its key."""
    found: dict[str, str] = json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))
    return found


@cache
def reasons(language: Language) -> list[list[str]]:
    """Patterns of the program's (English) reasons, each with its sentence in the language; ``$1`` is a group's text."""
    path = _FOLDER / f"reasons_{language}.json"
    found: list[list[str]] = json.loads(path.read_text("utf-8")) if path.exists() else []
    return found


def text(language: Language, key: str, **values: object) -> str:
    """The text of ``key`` with ``{name}`` filled in; the key itself where there is no such text."""
    found = texts(language).get(key, key)
    for name, value in values.items():
        found = found.replace("{" + name + "}", str(value))
    return found


def preferred(accept: str) -> Language:
    """The language a browser's ``Accept-Language`` asks for first; Chinese where it names neither."""
    wanted: list[tuple[float, int, Language]] = []
    for place, part in enumerate(accept.split(",")):
        name, _, parameters = part.strip().partition(";")
        try:
            weight = float(parameters.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        for language in LANGUAGES:
            if name.lower() == language or name.lower().startswith(f"{language}-"):
                wanted.append((-weight, place, language))
    return min(wanted)[2] if wanted else "zh"
