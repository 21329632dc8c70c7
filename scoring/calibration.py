"""From what is known of a cell's reading to the probability that the whole cell is right.

A character's posterior is no probability of being right, and the product over a cell even less. For each kind of cell a
logistic model over the product, the weakest character, the rivals in the beam, the ink that no character explains, the
print's quality and the cell's outline gives one (Platt 1999; whole cells, not characters: arXiv 2012.12643). Its
weights are data, fitted by ``benchmarks/calibrate.py``; they stand in ``rates/calibration.toml`` with their provenance.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from forms import TemplateError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]

Kind = Literal["text", "number", "mark", "blank"]
KINDS: tuple[Kind, ...] = ("text", "number", "mark", "blank")
HEARD: tuple[Kind, ...] = ("text", "number")
"""Kinds of which a witness can say something."""
NO_GAP = 0.25
"""Characters of room that say nothing: letters differ in width, and readers place them within a sixth."""
SIGN = 0.2
"""Of the readers' belief in another comparison, what stays of it though a witness confirms the letters and digits: it
is none of signs. Of 39 cells whose rivals had one with a mean belief of 0.16, 2 were wrong (2026-11-28)."""
LEAST = 1e-7
"""Doubts are told apart down to this."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one cell's reading. ``kind``: of what was read, whatever the column is.

    ``posterior``: the product of the characters' posteriors, ``weakest``: the least of them, ``rivals``: the beam's
    probability of other texts, ``length``: characters, ``lines``: lines of text, ``unexplained``: ink that no character
    stands at, in characters, ``stretch``: log of the widest line's width over what its text takes, ``odd``: marks at
    either end that no cell begins or ends with, ``alone``: brackets without a partner, ``doubt``: how near a blank
    comes to ink or a stroke to another mark (0 to 1), ``size``: a character's height in px, ``darkness``: of the print
    (0 to 1), ``support``: the share of the cell's outline that was seen, ``points``: spots that may be a point or a
    speck, ``grain``: the deviation of the paper's grain as a share of the print's darkness, ``single``: the share of
    the lines that one reader alone has read, ``differ``: lines that two readers read differently, ``unfamiliar``:
    whether the text stands nowhere else, neither on its page nor among the words that forms print, ``differing``: the
    share of the page's texts that two readers read differently, ``gap``: the widest room between two characters that
    neither takes, in characters, ``spots``: specks on the page, as heavy as points, where no text is near.

    ``heard``: whether a witness, a third reader, was asked; then ``left``: the product of the posteriors of the letters
    and digits that it does not confirm (1 where it confirms all), ``left_weakest``: the least of them, ``dissent``: for
    how many of them it reads something else, each counted as sure as it is of that. ``signs``: what of ``rivals``
    prints another comparison, "<17" for "<=17". ``added``: of ``rivals`` what prints a letter or digit more where ink
    stands that was not read.
    """

    kind: Kind
    posterior: float = 1.0
    weakest: float = 1.0
    rivals: float = 0.0
    length: int = 0
    lines: int = 0
    unexplained: float = 0.0
    stretch: float = 0.0
    odd: int = 0
    alone: int = 0
    doubt: float = 0.0
    size: float = 30.0
    darkness: float = 1.0
    support: float = 1.0
    points: int = 0
    grain: float = 0.0
    unfamiliar: bool = True
    differing: float = 0.0
    single: float = 0.0
    differ: int = 0
    gap: float = 0.0
    spots: int = 0
    heard: bool = False
    left: float = 1.0
    left_weakest: float = 1.0
    dissent: float = 0.0
    signs: float = 0.0
    added: float = 0.0


def features(evidence: Evidence) -> dict[str, float]:
    """The numbers that the model weighs, each of a size near 1 and the greater the more there is to doubt."""
    return {
        "posterior": _doubt(1.0 - evidence.posterior),
        "weakest": _doubt(1.0 - evidence.weakest),
        "rivals": _doubt(evidence.rivals),
        "length": math.log1p(evidence.length),
        "lines": math.log1p(evidence.lines),
        "unexplained": min(evidence.unexplained, 4.0),
        "wide": min(max(0.0, evidence.stretch), 1.5),
        "narrow": min(max(0.0, -evidence.stretch), 1.5),
        "odd": float(min(evidence.odd, 2)),
        "alone": float(min(evidence.alone, 2)),
        "doubt": 10.0 * min(evidence.doubt, 0.5),
        "small": max(0.0, math.log(30.0 / max(4.0, evidence.size))),
        "pale": 1.0 - evidence.darkness,
        "gaps": min(10.0 * (1.0 - evidence.support), 4.0),
        "points": float(min(evidence.points, 3)),
        "grain": min(10.0 * evidence.grain, 3.0),
        "unfamiliar": float(evidence.unfamiliar),
        "differing": min(5.0 * evidence.differing, 3.0),
        "single": evidence.single,
        "differ": float(min(evidence.differ, 2)),
        "gap": min(max(0.0, evidence.gap - NO_GAP), 1.5),
        "dirt": math.log1p(evidence.spots) / 2.0,
        "left": _doubt(1.0 - evidence.left),
        "left_weakest": _doubt(1.0 - evidence.left_weakest),
        "dissent": min(evidence.dissent, 3.0),
        "dissents": float(evidence.dissent > 0.0),
    }


def _doubt(value: float) -> float:
    """The log odds of a doubt, a fifth of it: -3.2 for none, 0 for one half."""
    bounded = min(max(value, LEAST), 1.0 - LEAST)
    return math.log(bounded / (1.0 - bounded)) / 5.0


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Weights(_Strict):
    """Log odds of an error: ``constant`` plus each feature times its weight. ``least``, ``most``: bounds of the doubt;
    no cell of this kind was seen to err less often, or more."""

    cells: int = Field(ge=0)
    wrong: int = Field(ge=0)
    constant: float
    weights: dict[str, float]
    least: float = Field(ge=0.0, le=1.0)
    most: float = Field(ge=0.0, le=1.0)


class Calibration(_Strict):
    schema_: Literal["gouji.calibration/1"] = Field(alias="schema")
    provenance: str
    kinds: dict[Kind, Weights]
    heard: dict[Kind, Weights] = {}
    """Of cells that a witness was asked about."""
    ask: dict[Kind, tuple[float, float]] = {}
    """Of which doubts it is asked about: from where it begins to matter to where no witness would help."""

    def doubt(self, evidence: Evidence) -> float:
        """The probability that the cell is wrong: by what a witness left of it where one was heard that had to be.

        A character that is missed takes as much of it as the readers believe in it: a witness that misses it too says
        nothing of it, and among the cells that the weights were fitted to there was none.
        """
        alone = self._chance(self.kinds[evidence.kind], evidence)
        heard = evidence.heard and self._is_asked(evidence.kind, alone)
        return max(
            self._chance(self.heard[evidence.kind], evidence) if heard else alone, SIGN * evidence.signs, evidence.added
        )

    def wants_witness(self, evidence: Evidence) -> bool:
        """Whether a third reader's word on the cell would be weighed."""
        return self._is_asked(evidence.kind, self._chance(self.kinds[evidence.kind], evidence))

    def _is_asked(self, kind: Kind, doubt: float) -> bool:
        low, high = self.ask.get(kind, (1.0, 1.0))
        return kind in self.heard and low < doubt < high

    @staticmethod
    def _chance(model: Weights, evidence: Evidence) -> float:
        values = features(evidence)
        odds = model.constant + sum(weight * values[name] for name, weight in model.weights.items())
        chance = 1.0 / (1.0 + math.exp(-min(max(odds, -50.0), 50.0)))
        return min(max(chance, model.least), model.most)


ALONE = 0.73
"""The most that a text is right in which a bracket has no partner: 37 of 51 were, however sure their characters; two of
146 are printed so."""


def probability(evidence: Evidence, calibration: Calibration | None = None) -> float:
    """The probability, 0 to 1, that the cell's whole text is right."""
    known = 1.0 - (calibration or default_calibration()).doubt(evidence)
    return min(known, ALONE) if evidence.alone else known


@lru_cache(maxsize=1)
def default_calibration() -> Calibration:
    return _parsed(resources.files("scoring").joinpath("rates/calibration.toml").read_text("utf-8"), "calibration.toml")


def wants_witness(evidence: Evidence, calibration: Calibration | None = None) -> bool:
    """Whether a third reader's word on the cell would be weighed."""
    return (calibration or default_calibration()).wants_witness(evidence)


def load_calibration(path: Path) -> Calibration:
    """The calibration in a TOML file; ``TemplateError`` says what is wrong with the file."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(f"{path} cannot be read: {error}.") from error
    return _parsed(text, str(path))


def _parsed(text: str, name: str) -> Calibration:
    try:
        found = Calibration.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"{name} is no TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "top level"
        raise TemplateError(f"{name}: {place}: {first['msg']}") from error
    known = set(features(Evidence("text")))
    for kind in KINDS:
        if kind not in found.kinds:
            raise TemplateError(f"{name}: kinds.{kind} is missing.")
    for part, models in (("kinds", found.kinds), ("heard", found.heard)):
        for kind, model in models.items():
            unknown = set(model.weights) - known
            if unknown:
                raise TemplateError(f"{name}: {part}.{kind}.weights: there is no feature called {min(unknown)}.")
    return found
