"""What would mend a broken rule: one change of one cell that nobody has decided about."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from forms import Cell, Finding, Form, Suggestion
from scoring import Instance, Rulebook
from scoring.check import evaluate

LIKELY = 0.01  # a text less likely than this is not proposed, as in the joint inference


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion with its reason in plain words."""

    suggestion: Suggestion
    reason: str


Key = tuple[str, tuple[str, ...]]  # a rule's name and its finding's cells


def suggestion_for(
    form: Form, finding: Finding, laws: Mapping[Key, Instance], broken: Set[Key], rulebook: Rulebook
) -> Suggested | None:
    """The likeliest reading, other than the one taken, that mends ``finding`` and breaks no other rule.

    Tried are the alternatives of the rule's cells and what was read before a repair, never a text that nobody has read;
    cells that a person decided (confidence 1) are left alone. The joint inference's own suggestion stands where it
    still mends the rule. None where the document itself is to blame or nothing of this would help. ``laws`` are all
    rules laid on the form, ``broken`` those of them that find something.
    """
    law = laws.get((finding.rule, finding.cells))
    if finding.verdict == "document" or law is None:
        return None
    own = finding.suggestion
    tried = [(0.0, own.cell, own.text)] if own is not None else []
    tried += sorted(((p, a, t) for a in law.cells for t, p in _others(form.cell(a))), reverse=True)
    for chance, address, text in tried:
        if form.cell(address).confidence == 1.0 or not _mends(form, law, address, text, laws, broken, rulebook):
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
    form: Form,
    law: Instance,
    address: str,
    text: str,
    laws: Mapping[Key, Instance],
    broken: Set[Key],
    rulebook: Rulebook,
) -> bool:
    """Whether ``law`` holds with ``text`` at ``address``, and no rule is broken that was not broken before."""
    tried = form.with_cells({address: replace(form.cell(address), text=text)})
    if evaluate(tried, law, rulebook) is not None:
        return False
    around = [i for key, i in laws.items() if key not in broken and address in i.cells]
    return all(evaluate(tried, i, rulebook) is None for i in around)
