"""The labelled values in a form's head: 项目名称, 主管部门, 实施单位 and what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from forms import Cell

from .longtable import LongTable, Piece
from .templates import Vocabulary
from .wording import fold, fold_bare, split_label

FIELDS = ("project", "department", "unit")
_LABEL = 0.75
_QUALIFIED = 0.9
_LONGEST_QUALIFIER = 4
_MORE_THAN_LABEL = 3
"""Characters behind a label in its cell from which on they may be the beginning of the value beside it."""


def find_fields(head: LongTable, vocabulary: Vocabulary) -> dict[str, Cell]:
    """The values beside (or in the same cell after) the labels of project, department and unit."""
    labels = {name: vocabulary.phrases(f"fields.{name}") for name in FIELDS}
    every = [p for phrases in labels.values() for p in phrases]
    found: dict[str, tuple[float, Piece, Cell]] = {}
    taken: set[int] = set()
    departments: list[str] = []  # a central one and a local one, as forms of transfers name them
    for piece in sorted(head.pieces, key=lambda p: (p.top, p.left)):
        scores = {name: _labelled(piece.text, phrases) for name, phrases in labels.items()}
        name, (score, rest) = max(scores.items(), key=lambda s: (s[1][0], -len(s[1][1])))
        if score < _LABEL or id(piece) in taken:
            continue
        beside = right_of(head, piece)
        if beside is not None and (not rest or beside.text) and split_label(beside.text, every)[0] < _LABEL:
            taken.add(id(beside))
            cell = _without_label(beside.cell, every)
            if _is_cut(head, beside, every):
                cell = cell.with_review("another text stands beside this value, and no label before it")
            if rest and (piece.cell.needs_review or len(fold_bare(rest)) >= _MORE_THAN_LABEL):
                cell = cell.with_review(f"more than a label stands in the cell before it: {piece.text!r}")
        elif rest:
            cell = rest_of(piece.cell, rest, labels[name])
        else:
            continue
        if cell.text and not any(c.isalpha() for c in cell.text):
            cell = cell.with_review("a number stands where a name should")
        if name == "department" and score >= _QUALIFIED and cell.text:
            departments.append(cell.text)
        if name not in found or score > found[name][0]:
            found[name] = (score, piece, cell)
    fields = {name: cell for name, (_, _, cell) in found.items()}
    if others := [text for text in departments if fold(text) != fold(fields["department"].text)]:
        fields["department"] = fields["department"].with_review(f"the form names another one, too: {others[0]}")
    return {**fields, **_partner(head, found, taken)}


def _is_cut(head: LongTable, value: Piece, labels: Sequence[str]) -> bool:
    """True when what stands right of a value is no label and has no value of its own: a false line cut the value."""
    after = [p for p in head.on_row(value.top) if p.left >= value.right - 1e-6]
    return len(after) % 2 == 1 and bool(fold(after[0].text)) and split_label(after[0].text, labels)[0] < _LABEL


def _labelled(text: str, phrases: Sequence[str]) -> tuple[float, str]:
    """``split_label``, or a label with a word of its own before the known one (业务主管部门) and nothing after it."""
    score, rest = split_label(text, phrases)
    if score >= _LABEL:
        return score, rest
    plain = fold_bare(text)
    for phrase in phrases:
        word = fold_bare(phrase)
        if len(word) >= 4 and plain.endswith(word) and len(plain) - len(word) <= _LONGEST_QUALIFIER:
            return _QUALIFIED, ""
    return score, rest


def _partner(head: LongTable, found: dict[str, tuple[float, Piece, Cell]], taken: set[int]) -> dict[str, Cell]:
    """Department and unit stand in one row, label, value, label, value: where one label is not understood, its value
    is known by its place, and marked.
    """
    lacking = {"department", "unit"} - set(found)
    if len(lacking) != 1:
        return {}
    other = found[next(iter({"department", "unit"} - lacking))][1]
    row = head.on_row(other.top)
    known = next((i for i, p in enumerate(row) if p is other), 1)
    if len(row) != 4 or known % 2 or any(p.bottom - p.top != 1 for p in row):
        return {}
    label, value = row[2 - known : 4 - known]
    if not label.text or id(value) in taken or len(fold_bare(label.text)) > 12:
        return {}
    if value.text and not any(c.isalpha() for c in value.text):
        return {}  # a number or a code is no office
    name = lacking.pop()
    return {name: value.cell.with_review(f"its label {label.text!r} is not known; taken for the {name} by its place")}


def right_of(table: LongTable, piece: Piece) -> Piece | None:
    """The next cell to the right on the piece's first row."""
    right = [p for p in table.on_row(piece.top) if p.left >= piece.right - 1e-6 and p is not piece]
    return right[0] if right else None


def _without_label(cell: Cell, labels: Sequence[str]) -> Cell:
    """The value, marked where the next label was read along with it (the line between them was not seen)."""
    plain = fold(cell.text)
    if any(len(word := fold(label)) >= 4 and plain.endswith(word) and len(plain) > len(word) for label in labels):
        return cell.with_review("the label of another value stands in this cell")
    return cell


def rest_of(cell: Cell, rest: str, labels: Sequence[str]) -> Cell:
    raw = rest if cell.raw == cell.text else split_label(cell.raw, labels)[1]
    return replace(cell, text=rest, raw=raw, alternatives=())
