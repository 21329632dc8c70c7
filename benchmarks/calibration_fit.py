"""The fit behind ``benchmarks.calibrate``: logistic models whose strength is chosen for damage that the fit never saw.

In turn every damage kind is left out, with all pages that have it, and the model fitted on the others has to tell the
errors on those. The ridge with the least log loss there is taken; how sure the surest cells may be called is counted
there, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring.calibration import Evidence, features

from .metrics.calibration import Floats

Row = Mapping[str, Any]
Bools = npt.NDArray[np.bool_]

RIDGES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""Weights of the squared weights to choose from."""
SUREST = 0.5
"""Of the cells left out, the share that counts as surest: as often as these err, any cell may."""
OF_WITNESS = ("heard", "left", "left_weakest", "dissent")
"""What only a witness tells."""
_DAMAGE = re.compile(r"([a-z][a-z-]*?)[0-9.]+(?:[+]|$)")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A kind's model: what ``scoring.calibration.Weights`` holds, and the ridge it was fitted with."""

    cells: int
    wrong: int
    constant: float
    weights: dict[str, float]
    least: float
    most: float
    ridge: float


def evidence_of(row: Row) -> Evidence:
    """The evidence in a row that ``benchmarks.calibrate collect`` wrote; what an older row lacks is as by default."""
    return Evidence(**{name: row[name] for name in Evidence.__dataclass_fields__ if name in row})


def damages(row: Row) -> tuple[str, ...]:
    """The damage kinds in the name of the row's folder ("f71.001-fold0.30+jpeg0.13"); ("clean",) where none is."""
    return tuple(_DAMAGE.findall(str(row["folder"]).partition("-")[2])) or ("clean",)


def fit_kind(rows: Sequence[Row], towards: Mapping[str, float] | None = None) -> Fitted:
    """The model of least log loss on damage it did not see; no doubt makes a cell surer.

    ``towards``: weights of a kindred model, to which the ridge shrinks these instead of to nothing: what few errors
    say nothing of is as it is there.
    """
    given = [features(evidence_of(r)) for r in rows]
    wrong = np.array([not r["right"] for r in rows], dtype=np.float64)
    if not given:
        return Fitted(0, 0, 0.0, {}, 0.0, 1.0, RIDGES[0])
    names = tuple(n for n in given[0] if len({round(g[n], 9) for g in given}) > 1)
    x = np.array([[g[n] for n in names] for g in given]).reshape(len(given), len(names))
    folds = list(_folds(rows))
    prior = np.array([(towards or {}).get(n, 0.0) for n in names])
    tried = [
        (_left_out(names, x, wrong, folds, ridge, prior), ridge)
        for ridge in (RIDGES if folds and wrong.any() else [1.0])
    ]
    (held, _), ridge = min(tried, key=lambda t: (t[0][1], -t[1]))
    fitted = _fitted(names, x, wrong, ridge, prior)
    chances = _chances(fitted, names, x)
    least = max(0.5 / len(rows), float(chances.min()), _surest(held, wrong))
    return replace(fitted, least=least, most=float(max(least, min(0.98, chances.max()))))


def alone(row: Row) -> Row:
    """The row as if no witness had been heard."""
    return {name: value for name, value in row.items() if name not in OF_WITNESS}


def fit_heard(rows: Sequence[Row], first: Fitted, ask: tuple[float, float]) -> Fitted:
    """The model of the cells whose doubt by ``first``, which knows no witness, lies between these two."""
    chances = chances_of(first, [features(evidence_of(alone(r))) for r in rows])
    asked = [r for r, chance in zip(rows, chances, strict=True) if ask[0] < chance < ask[1] and r.get("heard")]
    return fit_kind(asked, first.weights)


def chances_of(model: Fitted, given: Sequence[Mapping[str, float]]) -> Floats:
    """The probability of an error for each cell's features, within the model's bounds."""
    names = tuple(model.weights)
    return _chances(model, names, np.array([[g[n] for n in names] for g in given]).reshape(len(given), len(names)))


def _chances(model: Fitted, names: Sequence[str], x: Floats) -> Floats:
    """The same of a matrix (cells, features) whose columns have these names."""
    weights = np.array([model.weights.get(n, 0.0) for n in names])
    return np.clip(_chance(model.constant + x @ weights), model.least, model.most)


def _folds(rows: Sequence[Row]) -> Iterator[Bools]:
    """For each damage kind, whether each row has it; kinds that all rows have, or hardly any, are no fold."""
    kinds = [damages(r) for r in rows]
    for damage in sorted({d for k in kinds for d in k}):
        inside = np.array([damage in k for k in kinds])
        if 0.02 < inside.mean() < 0.6:
            yield inside


def _left_out(
    names: Sequence[str], x: Floats, wrong: Floats, folds: Sequence[Bools], ridge: float, prior: Floats
) -> tuple[Floats, float]:
    """(each cell's chance of an error by the models that did not see its damage, nan where none; their log loss)."""
    total, seen, loss = np.zeros(len(x)), np.zeros(len(x)), 0.0
    for inside in folds:
        model = _fitted(names, x[~inside], wrong[~inside], ridge, prior)
        p = np.clip(_chances(model, names, x[inside]), 1e-6, 1.0 - 1e-6)
        total[inside] += p
        seen[inside] += 1
        loss -= float((wrong[inside] * np.log(p) + (1.0 - wrong[inside]) * np.log(1.0 - p)).sum())
    with np.errstate(invalid="ignore"):
        return total / seen, loss


def _surest(held: Floats, wrong: Floats) -> float:
    """How often the surest of the cells left out were wrong all the same: 0 where none was left out."""
    some = np.flatnonzero(~np.isnan(held))
    if not some.size:
        return 0.0
    surest = some[np.argsort(held[some], kind="stable")][: max(1, int(SUREST * some.size))]
    return float(wrong[surest].sum() / (surest.size + 1.0))


def _fitted(names: Sequence[str], x: Floats, wrong: Floats, ridge: float, prior: Floats) -> Fitted:
    """Logistic regression, weights shrunk to ``prior``; features with a negative weight are left out."""
    kept = [k for k in range(len(names)) if np.ptp(x[:, k]) > 1e-9]
    while True:
        w = _newton(np.column_stack([np.ones(len(x)), x[:, kept]]), wrong, ridge, np.concatenate([[0.0], prior[kept]]))
        if not kept or min(w[1:]) >= 0.0:
            break
        kept.pop(int(w[1:].argmin()))
    weights = {names[k]: float(v) for k, v in zip(kept, w[1:], strict=True)}
    return Fitted(len(x), int(wrong.sum()), float(w[0]), weights, 0.0, 1.0, ridge)


def _chance(odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -50, 50))), dtype=np.float64)


def _newton(x: Floats, wrong: Floats, ridge: float, prior: Floats) -> Floats:
    """Weights, the constant first, of least log loss with a ridge around ``prior`` on all but the constant."""
    w = np.zeros(x.shape[1])
    penalty = np.full(len(w), ridge)
    penalty[0] = 1e-6
    for _ in range(60):
        p = _chance(x @ w)
        gradient = x.T @ (p - wrong) + penalty * (w - prior)
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        w -= step * min(1.0, 4.0 / max(1e-9, float(np.abs(step).max())))
        if np.abs(step).max() < 1e-8:
            break
    return w
