"""What scans do to numbers, and how often forms keep their rules: the model's figures, as data with provenance."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from forms import TemplateError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]

Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]
Digit = Annotated[str, Field(pattern="^[0-9]$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Kinds(_Strict):
    """Shares of the kinds of misreading among misread numbers; they need not add up to 1, the model divides."""

    confused: Share
    dropped: Share
    repeat_dropped: Share
    spurious: Share
    doubled: Share
    point_lost: Share
    point_spurious: Share
    point_moved: Share
    comma: Share
    percent: Share
    slash: Share
    invented: Share
    lost: Share
    letters: Share
    turned: Share


class Confusions(_Strict):
    unlike: Share
    alike: tuple[tuple[Digit, Digit], ...]

    def share(self, true: str, read: str) -> float:
        """Of misreadings that gave the digit ``read``, the share whose true digit is ``true``."""
        partners = [a if b == read else b for a, b in self.alike if read in (a, b)]
        likely = (1.0 - self.unlike) / len(partners) if true in partners else 0.0
        rest = self.unlike if partners else 1.0
        return likely + rest / 9


class ErrorModel(_Strict):
    """``floor``: the least probability of a misreading; ``other``: misreadings that are of no listed kind; ``sure``:
    the kinds among misreadings whose reader was sure of itself (a digit that is confused shows in the posterior, a
    decimal point that was cleaned away does not)."""

    schema_: Literal["gouji.errors/1"] = Field(alias="schema")
    provenance: str
    pairs: Count
    floor: Share
    other: Share
    kinds: Kinds
    sure: Kinds
    confusions: Confusions


class RulePrior(_Strict):
    held: Count
    of: Count
    values: Annotated[int, Field(ge=1)] = 200

    @property
    def probability(self) -> float:
        """That the next printed form keeps it: Laplace's rule of succession."""
        return (self.held + 1) / (self.of + 2)

    @property
    def spread(self) -> float:
        """Probability of one given wrong figure when the rule is broken."""
        return 1.0 / self.values


class ScoreCounts(_Strict):
    equal: Count
    lower: Count
    zero: Count
    more: Count


class ScorePriors(_Strict):
    without_reason: ScoreCounts
    with_reason: ScoreCounts
    values: Annotated[int, Field(ge=1)]


class BlankPriors(_Strict):
    """How often a cell is blank although the figures that would give it are printed; ``unfounded``: where they are
    not."""

    total: RulePrior
    first_rate: RulePrior
    rate: RulePrior
    budget: RulePrior
    executed: RulePrior
    unfounded: RulePrior
    weight: RulePrior
    idle_weight: RulePrior
    score: RulePrior


class NoughtPriors(_Strict):
    """``budget``: of the parts' budgets that are not the adjusted one, those printed as 0. Beside an adjusted budget of
    0, ``no_rate``: how often the rate is left blank; ``rate``: of the rates that are printed there, those of 0."""

    budget: RulePrior
    no_rate: RulePrior
    rate: RulePrior


class MisprintPriors(_Strict):
    """By column, how often a number is printed as it was meant (``held``); ``far``: of the misprints, those that are a
    factor of two or more away from what was meant."""

    far: Share
    amount: RulePrior
    rate: RulePrior
    weight: RulePrior
    score: RulePrior


class Usual(_Strict):
    value: str
    held: Count
    of: Count


class Priors(_Strict):
    schema_: Literal["gouji.priors/1"] = Field(alias="schema")
    provenance: str
    rounded: Share
    percent: RulePrior
    blank: BlankPriors
    nought: NoughtPriors
    rules: dict[str, RulePrior]
    misprints: MisprintPriors
    scores: ScorePriors
    budget: RulePrior
    executed: RulePrior
    usual: dict[str, Usual]

    def rule(self, name: str) -> RulePrior:
        """The prior of that rule; one nobody has counted yet is as likely kept as in 9 of 10 forms."""
        return self.rules.get(name, RulePrior(held=8, of=8))


_Model = TypeVar("_Model", ErrorModel, Priors)


def load_error_model(path: Path | None = None) -> ErrorModel:
    """The error model in a TOML file, or the default; ``TemplateError`` says what is wrong with the file."""
    return _default_errors() if path is None else _read(path, ErrorModel)


def load_priors(path: Path | None = None) -> Priors:
    """The priors in a TOML file, or the default; ``TemplateError`` says what is wrong with the file."""
    return _default_priors() if path is None else _read(path, Priors)


@lru_cache(maxsize=1)
def _default_errors() -> ErrorModel:
    return ErrorModel.model_validate(tomllib.loads(_shipped("errors.toml")))


@lru_cache(maxsize=1)
def _default_priors() -> Priors:
    return Priors.model_validate(tomllib.loads(_shipped("priors.toml")))


def _shipped(name: str) -> str:
    return resources.files("scoring").joinpath(f"rates/{name}").read_text("utf-8")


def _read(path: Path, kind: type[_Model]) -> _Model:
    try:
        return kind.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise TemplateError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TemplateError(f"{path} is no TOML in UTF-8: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "top level"
        raise TemplateError(f"{path}: {place}: {first['msg']}") from error
