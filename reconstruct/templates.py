"""The families of forms as data: one TOML file each, read strictly, merged into one vocabulary.

A file may say ``extends = "<built-in name>"``; its phrases then come before those of the file it extends, and
``years``, ``prints`` and ``evidence`` replace the extended ones where they are given. docs/templates.md describes
every key.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from forms import FUNDS_COLUMNS, HEADER_FIELDS, INDICATOR_COLUMNS, TemplateError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]

FAMILIES = ("2020", "2023", "2024", "dept")
Where = Literal[
    "title", "year", "attachment", "label", "section", "header", "funds", "level1", "level2", "target", "note"
]
Phrase = Annotated[str, Field(min_length=1, max_length=80)]
Phrases = list[Phrase]
Section = Literal["funds", "goals", "indicators", "total"]
HeadField = Literal["title", "year", "project", "department", "unit"]
FundsColumn = Literal["initial_budget", "annual_budget", "executed", "weight", "rate", "score"]
IndicatorColumn = Literal["level1", "level2", "level3", "target", "basis", "actual", "weight", "score", "reason"]
ReadColumn = Literal[IndicatorColumn, "target_sign", "target_unit"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FieldsFile(_Strict):
    prints: list[HeadField] = []
    year: Phrases = []
    project: Phrases = []
    department: Phrases = []
    unit: Phrases = []


class FundsFile(_Strict):
    section: Phrases = []
    label: Phrases = []
    rows: Phrases = []
    others: Phrases = []
    prints: list[FundsColumn] = []
    columns: dict[FundsColumn, Phrases] = {}


class GoalsFile(_Strict):
    section: Phrases = []
    expected: Phrases = []
    actual: Phrases = []


class IndicatorsFile(_Strict):
    section: Phrases = []
    prints: list[IndicatorColumn] = []
    others: Phrases = []
    columns: dict[ReadColumn, Phrases] = {}


class LevelsFile(_Strict):
    level1: Phrases = []
    level2: Phrases = []


class EvidenceFile(_Strict):
    where: Where
    pattern: Phrase
    weight: Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False)]

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from error
        return value


class TemplateFile(_Strict):
    name: Annotated[str, Field(min_length=1, max_length=40)]
    extends: str | None = None
    prints: list[Section] = []
    years: list[Annotated[int, Field(ge=1950, le=2200)]] = []
    title: Phrases = []
    attachment: Phrases = []
    note: Phrases = []
    total: Phrases = []
    fields: FieldsFile = FieldsFile()
    funds: FundsFile = FundsFile()
    goals: GoalsFile = GoalsFile()
    indicators: IndicatorsFile = IndicatorsFile()
    levels: LevelsFile = LevelsFile()
    evidence: list[EvidenceFile] = []


@dataclass(frozen=True, slots=True)
class Evidence:
    """A regular expression searched in one kind of text; found, it adds ``weight`` to (or takes it from) the family."""

    where: Where
    pattern: str
    weight: float


@dataclass(frozen=True, slots=True)
class Template:
    """A family of forms. ``words`` maps dotted names ("fields.project", "funds.columns.rate") to printed phrases;
    ``sections`` and ``*_prints`` are what such a form always has.
    """

    name: str
    words: Mapping[str, tuple[str, ...]]
    years: tuple[int, ...] = ()
    sections: tuple[str, ...] = ()
    head_prints: tuple[str, ...] = ()
    funds_prints: tuple[str, ...] = ()
    indicator_prints: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the families together call things; earlier templates' phrases first."""

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def phrases(self, name: str) -> tuple[str, ...]:
        return self.words.get(name, ())

    def group(self, prefix: str) -> dict[str, tuple[str, ...]]:
        """The phrases of every name under ``prefix``: group("funds.columns")["rate"]."""
        start = prefix + "."
        return {name[len(start) :]: found for name, found in self.words.items() if name.startswith(start)}


def load_template(path: Path) -> Template:
    """The family in a TOML file; ``TemplateError`` names the file and the place that is wrong."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise TemplateError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise TemplateError(f"{path} is no text in UTF-8: {error}.") from error
    return _parsed(text, str(path))


@lru_cache(maxsize=1)
def builtin_templates() -> tuple[Template, ...]:
    """The families that come with the program, in the order of ``FAMILIES``."""
    return tuple(_builtin(name) for name in FAMILIES)


def vocabulary(templates: Sequence[Template]) -> Vocabulary:
    """All phrases of all families, each once."""
    words: dict[str, dict[str, None]] = {}
    for template in templates:
        for name, phrases in template.words.items():
            words.setdefault(name, {}).update(dict.fromkeys(phrases))
    return Vocabulary({name: tuple(phrases) for name, phrases in words.items()})


def _builtin(name: str) -> Template:
    file = resources.files(__package__) / "templates" / f"{name}.toml"
    return _parsed(file.read_text("utf-8"), f"reconstruct/templates/{name}.toml")


def _parsed(text: str, where: str) -> Template:
    try:
        data: Any = tomllib.loads(text)
        read = TemplateFile.model_validate(data)
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"{where} is no TOML: {error}.") from error
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc'])) or 'top level'}: {e['msg']}" for e in error.errors()[:3]]
        more = "" if error.error_count() <= 3 else f" (and {error.error_count() - 3} more)"
        raise TemplateError(f"{where} is no template. {'; '.join(lines)}{more}") from error
    return _template(read, where)


def _template(read: TemplateFile, where: str) -> Template:
    own = Template(
        name=read.name,
        words=_words(read),
        years=tuple(read.years),
        sections=tuple(read.prints),
        head_prints=tuple(f for f in HEADER_FIELDS if f in read.fields.prints),
        funds_prints=tuple(c for c in FUNDS_COLUMNS if c in read.funds.prints),
        indicator_prints=tuple(c for c in INDICATOR_COLUMNS if c in read.indicators.prints),
        evidence=tuple(Evidence(e.where, e.pattern, e.weight) for e in read.evidence),
    )
    if read.extends is None:
        return own
    if read.extends not in (*FAMILIES, "common") or read.extends == read.name:
        raise TemplateError(f"{where} extends {read.extends!r}; it can extend one of: common, {', '.join(FAMILIES)}.")
    base = _builtin(read.extends)
    return Template(
        name=own.name,
        words=vocabulary([own, base]).words,
        years=own.years or base.years,
        sections=own.sections or base.sections,
        head_prints=own.head_prints or base.head_prints,
        funds_prints=own.funds_prints or base.funds_prints,
        indicator_prints=own.indicator_prints or base.indicator_prints,
        evidence=own.evidence or base.evidence,
    )


def _words(read: TemplateFile) -> dict[str, tuple[str, ...]]:
    words = {name: tuple(getattr(read, name)) for name in ("title", "attachment", "note", "total")}
    for group in ("fields", "funds", "goals", "indicators", "levels"):
        for name, value in getattr(read, group):
            if name == "columns":
                words.update({f"{group}.columns.{column}": tuple(phrases) for column, phrases in value.items()})
            elif name != "prints":
                words[f"{group}.{name}"] = tuple(value)
    return {name: phrases for name, phrases in words.items() if phrases}
