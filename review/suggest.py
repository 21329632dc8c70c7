"""What would mend a broken rule: one change of one cell that nobody has decided about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from forms import Cell, Finding, Form, Suggestion
from scoring import Rulebook, check, instances
from scoring.check import evaluate

LIKELY = 0.01  # a text less likely than this is not proposed, as in the joint inference


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion with its reason in plain words."""

    suggestion: Suggestion
    reason: str


def suggestion_for(form: Form, finding: Finding, cells: Sequence[str], rulebook: Rulebook) -> Suggested | None:
    """The likeliest reading, other than the one taken, that mends ``finding`` and breaks no other rule.

    Tried are the alternatives of the rule's cells and what was read before a repair, never a text that nobody has read;
    cells that a person decided (confidence 1) are left alone. The joint inference's own suggestion stands where it
    still mends the rule. None where the document itself is to blame or nothing of this would help.
    """
    if finding.verdict == "document":
        return None
    own = finding.suggestion
    tried = [(0.0, own.cell, own.text)] if own is not None else []
    tried += sorted(((p, a, t) for a in cells for t, p in _others(form.cell(a))), reverse=True)
    known = {(f.rule, f.cells) for f in check(form, rulebook)} if tried else set()
    for chance, address, text in tried:
        if form.cell(address).confidence == 1.0 or not _mends(form, finding, address, text, known, rulebook):
            continue
        likely = f" (read so with probability {chance:.2g})" if chance else ""
        reason = f"{finding.rule} holds if this is {text or 'blank'}{likely}"
        return Suggested(Suggestion(address, text), reason)
    return None


def _others(cell: Cell) -> list[tuple[str, float]]:
    others = {text: chance for text, chance in cell.alternatives if chance >= LIKELY}
    if cell.origin == "repaired":
        others.setdefault(cell.raw, 0.0)
    return [(text, chance) for text, chance in others.items() if text != cell.text]


def _mends(
    form: Form, finding: Finding, address: str, text: str, known: set[tuple[str, tuple[str, ...]]], rulebook: Rulebook
) -> bool:
    tried = form.with_cells({address: replace(form.cell(address), text=text)})
    for instance in instances(tried, rulebook):
        key = (instance.rule.name, (instance.key,))
        if address not in instance.cells or (key in known and key != (finding.rule, finding.cells)):
            continue
        if evaluate(tried, instance, rulebook) is not None:
            return False
    return True
