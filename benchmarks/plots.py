"""The curves as pictures (matplotlib, of the extra ``bench``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from .evaluate import PointFigures
from .metrics.calibration import risk_coverage
from .suite import CLEAN

Figure = Callable[[PointFigures], float]
CURVES: Mapping[str, tuple[str, Figure]] = {
    "cells": ("cells right", lambda p: p.form.cell_share),
    "numeric": ("numeric cells right", lambda p: p.form.numeric_share),
    "structure": ("structure-only TEDS", lambda p: p.tables.mean_structure),
    "review": ("share of cells to review", lambda p: p.form.review_share),
    "silent": ("share of cells silently wrong", lambda p: p.silent_share),
}
COLUMNS = 4
FLOOR = 1e-5
"""Doubts and shares below this are drawn as this."""
RISK_LINEAR = 1e-4
"""Below this risk is drawn on a linear scale, down to none at all."""
Judged = tuple[Sequence[float], Sequence[bool]]
"""Confidences of cells, and whether each is right."""


def curve(points: Sequence[PointFigures], kind: str, figure: Figure) -> tuple[list[float], list[float]]:
    """Amounts in the kind's unit and the figure there, by severity; the undamaged page is no point of it."""
    own = sorted((p for p in points if p.point.kind == kind), key=lambda p: p.point.severity)
    return [p.point.amount for p in own], [figure(p) for p in own]


def draw_curves(points: Sequence[PointFigures], out: Path) -> list[Path]:
    """A picture for every figure of ``CURVES``: a panel for every kind, the undamaged page a dashed line."""
    kinds = list(dict.fromkeys(p.point.kind for p in points if p.point.kind != CLEAN))
    return [_draw(points, kinds, *CURVES[name], out / f"{name}.png") for name in CURVES] if kinds else []


def _draw(points: Sequence[PointFigures], kinds: Sequence[str], title: str, figure: Figure, path: Path) -> Path:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    rows = -(-len(kinds) // COLUMNS)
    sheet, axes = pyplot.subplots(rows, COLUMNS, figsize=(3.2 * COLUMNS, 2.5 * rows), sharey=True, squeeze=False)
    clean = next((figure(p) for p in points if p.point.kind == CLEAN), None)
    for axis, kind in zip(axes.flat, kinds, strict=False):
        xs, ys = curve(points, kind, figure)
        axis.plot(xs, ys, "o-", color="C0")
        if clean is not None:
            axis.axhline(clean, ls="--", lw=0.8, color="0.5")
        if xs and xs[0] > xs[-1]:
            axis.invert_xaxis()
        axis.set_title(kind, fontsize=10)
        axis.set_xlabel(next(p.point.unit for p in points if p.point.kind == kind), fontsize=8)
        axis.grid(alpha=0.3)
    low, high = axes.flat[0].get_ylim()  # shared by all panels
    axes.flat[0].set_ylim(max(-0.02, low), min(1.02, high))
    for axis in axes.flat[len(kinds) :]:
        axis.set_visible(False)
    sheet.suptitle(f"{title} (dashed: undamaged)")
    sheet.tight_layout()
    sheet.savefig(path, dpi=110)
    pyplot.close(sheet)
    return path


def draw_confidence(confidence: Sequence[float], right: Sequence[bool], path: Path) -> Path:
    """The doubt that cells are given against the share of them that is wrong, and the risk–coverage curve.

    Nearly all cells are surer than 0.99, so both axes of the first are logarithmic: bins of half a power of ten, with
    the interval of Wilson (1927) in which the true share lies in 95 of 100 cases. A bin without a wrong cell has no
    point, only its interval.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    sheet, (left, other) = pyplot.subplots(1, 2, figsize=(10, 4.2))
    left.plot([FLOOR, 1], [FLOOR, 1], ls="--", lw=0.8, color="0.5")
    for doubt, wrong, number in doubt_bins(confidence, right):
        low, high = wilson(wrong, number)
        left.plot([doubt, doubt], [max(low, FLOOR), high], color="C0", lw=1)
        if wrong:
            left.plot([doubt], [wrong / number], "o", color="C0")
        left.annotate(f"{number}", (doubt, high), (0, 3), textcoords="offset points", ha="center", fontsize=7)
    left.set(xscale="log", yscale="log", xlim=(0.6 * FLOOR, 1.5), ylim=(FLOOR, 2))
    left.set(xlabel="1 - confidence", ylabel="share wrong", title="reliability (number of cells above each bin)")
    curve = risk_coverage(confidence, right)
    other.plot(curve.coverage, curve.risk)
    other.set_yscale("symlog", linthresh=RISK_LINEAR)
    other.set(xlabel="share accepted, surest first", ylabel="share wrong among them", xlim=(0, 1.02))
    other.set_ylim(bottom=0)
    other.set_title("risk and coverage")
    for axis in (left, other):
        axis.grid(alpha=0.3)
    sheet.tight_layout()
    sheet.savefig(path, dpi=110)
    pyplot.close(sheet)
    return path


def doubt_bins(confidence: Sequence[float], right: Sequence[bool]) -> list[tuple[float, int, int]]:
    """Mean doubt, number wrong and number of cells for each half power of ten of doubt that has any, from ``FLOOR``."""
    doubt = np.maximum(1.0 - np.asarray(confidence, dtype=float), FLOOR)
    wrong = ~np.asarray(right, dtype=bool)
    place = np.floor(2 * np.log10(doubt) + 1e-9)
    return [
        (float(doubt[place == k].mean()), int(wrong[place == k].sum()), int((place == k).sum()))
        for k in np.unique(place)
    ]


def wilson(wrong: int, number: int, z: float = 1.96) -> tuple[float, float]:
    """The interval of a share, of ``number`` observations of which ``wrong`` count."""
    share, scale = wrong / number, 1 + z * z / number
    middle = share + z * z / (2 * number)
    spread = z * float(np.sqrt(share * (1 - share) / number + z * z / (4 * number * number)))
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def draw_risk(panels: Mapping[str, Mapping[str, Judged]], path: Path) -> Path:
    """The risk–coverage curves of several groups of cells (El-Yaniv and Wiener 2010), a panel for each: of the surest,
    how many are wrong. The dotted line is one in ten thousand; below it the scale is linear, down to none wrong."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    rows = -(-len(panels) // COLUMNS)
    size = (3.2 * COLUMNS, 2.5 * rows)
    sheet, axes = pyplot.subplots(rows, COLUMNS, figsize=size, sharex=True, sharey=True, squeeze=False)
    for axis, (title, groups) in zip(axes.flat, panels.items(), strict=False):
        for n, (name, (confidence, right)) in enumerate(groups.items()):
            curve = risk_coverage(confidence, right)
            wrong = len(right) - sum(right)
            label = f"{name}: {wrong} of {len(right)} wrong"
            axis.plot(curve.coverage, curve.risk, color=f"C{n}", lw=1.2 + 2 * n, zorder=3 - n, label=label)
        axis.axhline(RISK_LINEAR, ls=":", lw=0.8, color="0.5")
        axis.set_title(title, fontsize=10)
        axis.set_yscale("symlog", linthresh=RISK_LINEAR)
        axis.set(xlim=(0, 1.03), ylim=(-0.1 * RISK_LINEAR, 1))
        axis.legend(fontsize=6, loc="upper left")
        axis.tick_params(labelbottom=True, labelsize=8)
        axis.grid(alpha=0.3)
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)
    sheet.supxlabel("share accepted, surest first", fontsize=10)
    sheet.supylabel("share wrong among them", fontsize=10)
    sheet.tight_layout()
    sheet.savefig(path, dpi=110)
    pyplot.close(sheet)
    return path


def draw_peers(bars: Mapping[str, Mapping[str, Mapping[str, float]]], path: Path) -> Path:
    """Bars side by side: a panel for each figure, in it a group of bars for each kind of page, a bar for each program.

    ``bars`` is figure, then kind of page, then program; a program without a value has no bar.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    kinds = list(next(iter(bars.values())))
    programs = list(dict.fromkeys(p for figure in bars.values() for group in figure.values() for p in group))
    sheet, axes = pyplot.subplots(len(bars), 1, figsize=(11, 2.6 * len(bars)), sharex=True, squeeze=False)
    width = 0.8 / max(1, len(programs))
    for axis, (title, figure) in zip(axes.flat, bars.items(), strict=True):
        for n, program in enumerate(programs):
            own = [(k, figure[kind][program]) for k, kind in enumerate(kinds) if program in figure[kind]]
            places = [k + (n - (len(programs) - 1) / 2) * width for k, _ in own]
            drawn = axis.bar(places, [v for _, v in own], width, label=program, color=f"C{n}")
            axis.bar_label(drawn, fmt="%.2f", fontsize=6, padding=1)
        axis.set(ylabel=title, ylim=(0, 1.1))
        axis.set_axisbelow(True)
        axis.grid(alpha=0.3, axis="y")
    axes.flat[-1].set_xticks(range(len(kinds)), [kind.replace(", ", "\n") for kind in kinds])
    handles, labels = axes.flat[0].get_legend_handles_labels()
    sheet.legend(handles, labels, loc="upper center", ncol=max(1, len(programs)), frameon=False)
    sheet.tight_layout(rect=(0, 0, 1, 0.96))
    sheet.savefig(path, dpi=110)
    pyplot.close(sheet)
    return path
