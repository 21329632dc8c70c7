"""The rulebook: which rules a form is held to, as data from a TOML file.

``load_rulebook()`` gives the rules of the printed families; ``load_rulebook(path)`` a user's own. The pydantic models
read the file and stay inside the program as they are: they are frozen.
"""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from forms import FUNDS_COLUMNS, TemplateError
from forms.form import Severity

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]


def _exact(value: object) -> object:
    """A number of the file as an exact fraction: "0.4" and 60 are exact, a TOML float is not."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError('write it as a whole number or as text in quotes, such as "0.4"')
    try:
        return Fraction(value)
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{value!r} is no number") from None


Exact = Annotated[Fraction, BeforeValidator(_exact)]
_CELL = r"(funds\.(\*|[0-9]+)\.(initial_budget|annual_budget|executed|weight|rate|score))"
_CELL += r"|(indicators\.(\*|[0-9]+)\.(weight|score))|(total\.(weight|score))"
CellPath = Annotated[str, Field(pattern=f"^({_CELL})$")]
FundsPath = Annotated[str, Field(pattern=r"^funds\.(\*|[0-9]+)\.(initial_budget|annual_budget|executed|rate|score)$")]
RowsPath = Literal["funds.*", "indicators.*", "total"]
ScoredColumn = Literal["weight", "score"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class _Rule(_Strict):
    name: Annotated[str, Field(min_length=1)]
    severity: Severity = "error"
    not_for: tuple[str, ...] = ()


class RatioRule(_Rule):
    """On every row: ``result`` (a percentage) = ``numerator`` / ``denominator``."""

    kind: Literal["ratio"]
    result: FundsPath
    numerator: FundsPath
    denominator: FundsPath


class Piece(_Strict):
    """From this rate (in %) on: a fixed ``share`` of the weight, or (rate - ``minus``) / ``over`` of it."""

    start: Exact = Field(alias="from")
    share: Exact | None = None
    minus: Exact = Fraction(0)
    over: Exact = Fraction(100)

    @field_validator("over")
    @classmethod
    def _divides(cls, value: Fraction) -> Fraction:
        if value == 0:
            raise ValueError("nothing can be divided by 0")
        return value


class Scheme(_Strict):
    name: str
    pieces: Annotated[tuple[Piece, ...], Field(min_length=1)]

    def score(self, rate: Fraction, weight: Fraction) -> Fraction:
        """The score that ``rate`` (in %) earns of ``weight``; none below the first piece."""
        held = [p for p in self.pieces if p.start <= rate]
        if not held:
            return Fraction(0)
        piece = max(held, key=lambda p: p.start)
        share = piece.share if piece.share is not None else (rate - piece.minus) / piece.over
        return weight * share


class SchemeRule(_Rule):
    """``score`` follows from ``rate`` and ``weight`` under one of the schemes."""

    kind: Literal["scheme"]
    score: CellPath
    rate: CellPath
    weight: CellPath
    schemes: Annotated[tuple[Scheme, ...], Field(min_length=1)]


class PartsRule(_Rule):
    """In each funds column the whole row (first or last, by template) = the sum of the other rows."""

    kind: Literal["parts"]
    columns: Annotated[tuple[str, ...], Field(min_length=1)]
    whole: Literal["first", "last"] = "first"
    whole_of: dict[str, Literal["first", "last"]] = {}

    @field_validator("columns")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(value) - set(FUNDS_COLUMNS):
            raise ValueError(f"the funds rows have no column {', '.join(sorted(unknown))}")
        return value


class SumRule(_Rule):
    """``total`` = the sum of the ``terms``."""

    kind: Literal["sum"]
    total: CellPath
    terms: Annotated[tuple[CellPath, ...], Field(min_length=1)]


class DeclaredRule(_Rule):
    """A weight printed in the ``label`` of a group of indicators = the sum of ``column`` over the group."""

    kind: Literal["declared"]
    label: Literal["level1", "level2"]
    column: ScoredColumn
    patterns: Annotated[tuple[str, ...], Field(min_length=1)]

    @field_validator("patterns")
    @classmethod
    def _compiles(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            try:
                groups = re.compile(pattern).groupindex
            except re.error as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
            if "weight" not in groups:
                raise ValueError(f"{pattern!r} has no group (?P<weight>…)")
        return value


class RangeRule(_Rule):
    """On every row: 0 <= ``value`` <= ``limit``."""

    kind: Literal["range"]
    value: ScoredColumn
    limit: ScoredColumn
    rows: Annotated[tuple[RowsPath, ...], Field(min_length=1)]


class ReasonRule(_Rule):
    """A row whose ``value`` is below its ``limit`` gives a reason."""

    kind: Literal["reason"]
    value: ScoredColumn
    limit: ScoredColumn
    reason: Literal["reason"] = "reason"
    rows: Annotated[tuple[Literal["indicators.*", "total"], ...], Field(min_length=1)]


Rule = RatioRule | SchemeRule | PartsRule | SumRule | DeclaredRule | RangeRule | ReasonRule


class Rulebook(_Strict):
    """The rules a form is held to, in the order they are reported. ``terms`` are the forms' words for columns."""

    schema_: Literal["gouji.rulebook/1"] = Field(alias="schema")
    name: str
    terms: dict[str, str] = {}
    rules: tuple[Annotated[Rule, Field(discriminator="kind")], ...]

    @model_validator(mode="after")
    def _unique(self) -> Rulebook:
        names = [rule.name for rule in self.rules]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"two rules are called {', '.join(sorted(twice))}")
        return self

    def for_template(self, template: str) -> tuple[Rule, ...]:
        """The rules that apply to forms of this family."""
        return tuple(rule for rule in self.rules if template not in rule.not_for)

    def term(self, column: str) -> str:
        return self.terms.get(column, column)


@lru_cache(maxsize=1)
def default_rulebook() -> Rulebook:
    """The rules of the printed families."""
    text = resources.files("scoring").joinpath("rulebooks/default.toml").read_text("utf-8")
    return rulebook_from_text(text, where="scoring/rulebooks/default.toml")


def load_rulebook(path: Path | None = None) -> Rulebook:
    """The rulebook in a TOML file, or the default one; ``TemplateError`` says what is wrong with the file."""
    if path is None:
        return default_rulebook()
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise TemplateError(f"The rulebook {path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise TemplateError(f"The rulebook {path} is not in UTF-8: {error}.") from error
    return rulebook_from_text(text, where=str(path))


def rulebook_from_text(text: str, *, where: str = "rulebook") -> Rulebook:
    """The rulebook in TOML text; ``TemplateError`` names ``where`` and the first places that are wrong."""
    try:
        data: dict[str, Any] = tomllib.loads(text)
        return Rulebook.model_validate(data)
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"{where} is no TOML: {error}.") from error
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc'])) or 'top level'}: {e['msg']}" for e in error.errors()[:3]]
        more = "" if error.error_count() <= 3 else f" (and {error.error_count() - 3} more)"
        raise TemplateError(f"{where} is not a gouji.rulebook/1. {'; '.join(lines)}{more}") from error
