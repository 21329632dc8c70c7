"""A target that is printed in columns of its own, 指标性质 (≥), 指标值 (95) and 度量单位 (%), put together: ≥95%."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from forms import Box, Cell

from .longtable import Piece, merge_all
from .stacks import TARGET_PARTS
from .wording import compact, fold, is_dash, is_number, is_sign


def with_whole_target(values: Mapping[str, Cell]) -> dict[str, Cell]:
    """A row's cells by meaning, those of ``TARGET_PARTS`` put together with the target; box and raw hold all parts.

    Words in place of a sign (定性, 正向) say of what kind a target is, and are no part of it.
    """
    rest = {m: c for m, c in values.items() if m not in TARGET_PARTS}
    if len(rest) == len(values) or "target" not in rest:
        return rest
    sign, target, unit = (values.get(m, Cell.absent()) for m in ("target_sign", "target", "target_unit"))
    if (
        is_number(target.text)
        and not is_dash(target.text)
        and any(m in values and not compact(values[m].text) for m in TARGET_PARTS)
    ):
        target = target.with_review("the cell for the sign or the unit of this number is blank")
        rest = {**rest, "target": target}
    parts = [c for c in (sign, target, unit) if compact(c.text) and not is_dash(c.text)]
    if sign in parts and is_kind(sign.text):
        parts.remove(sign)
    if not parts or parts == [target] or is_dash(target.text):
        return rest
    whole = merge_all(parts)
    if target not in parts:
        whole = whole.with_review("a sign or a unit stands beside this target, which is blank")
    elif sign in parts and not is_sign(sign.text):
        whole = whole.with_review(f"what stands before this value is no sign of comparison: {sign.text!r}")
    return {**rest, "target": replace(whole, box=Box.around(c.box for c in parts if c.page == whole.page))}


def undivided_target(pieces: Sequence[Piece]) -> Cell | None:
    """The target of a row where one header stands over a sign and a value, each in a cell of its own (≥ | 95%); None
    where the cells below it are no such."""
    if not 2 <= len(pieces) <= 3 or len({(p.top, p.bottom) for p in pieces}) > 1:
        return None
    if not (is_sign(pieces[0].text) or is_kind(pieces[0].text)) or not any(p.text for p in pieces[1:]):
        return None
    parts = dict(zip(("target_sign", "target", "target_unit"), (p.cell for p in pieces), strict=False))
    return with_whole_target(parts)["target"]


def is_kind(text: str) -> bool:
    """Whether words stand where a sign would: two letters or more, and no comparison."""
    return len(fold(text)) >= 2 and not is_sign(text)
