"""A form as it stands: the reading with the log laid on it. Pure: the same reading and log always give the same form.

What a person decided is certain (confidence 1). Nothing else's text or confidence is changed: the confidences in a form
file already hold what the form's arithmetic says of the reading, and weighing the same sums once more would count that
evidence twice. The rules are checked anew. Cells of a rule that a decision has broken enter the queue; a cell that was
doubted stays in it until a person has looked at it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from forms import Box, Cell, Finding, Form
from scoring import Instance, Rulebook, check, default_rulebook, instances

from .log import Decision, Folded
from .suggest import Key, Suggested, suggestion_for
from .values import Accepted, Entry, State

SUSPECT = 0.001  # the doubt from which a cell of a broken rule is looked at, as in the joint inference
SAME_PLACE = 0.5  # a decision holds for a new reading when the boxes share this much of their union


@dataclass(frozen=True, slots=True)
class Standing:
    """A finding as it stands: the cells of its arithmetic, whether a person accepted it, and why its suggestion."""

    finding: Finding
    involved: tuple[str, ...]
    accepted: bool = False
    suggestion: Suggested | None = None


@dataclass(frozen=True, slots=True)
class Derived:
    """``states`` and ``decisions`` by canonical address (see ``canonical``); ``entered`` are the reasons of the cells
    that only the broken rules brought into the queue; ``keying`` the stage (1 to 3) of critical cells that wait."""

    form: Form
    standing: tuple[Standing, ...]
    states: dict[str, State]
    decisions: dict[str, Decision]
    canonical: dict[str, str]
    accepted: tuple[Accepted, ...] = ()
    keying: dict[str, int] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(s.finding for s in self.standing)

    def siblings(self, address: str) -> tuple[str, ...]:
        return tuple(a for a, c in self.canonical.items() if c == address and a != address)


def canonical(form: Form) -> dict[str, str]:
    """For every address the one that stands for its printed cell: a label merged over rows is one cell on paper,
    repeated on every row of the form; the first of them stands for all."""
    first: dict[tuple[str, int, Box, str], str] = {}
    out = {}
    for address, cell in form.cells():
        column = address.rpartition(".")[2]
        if column in ("level1", "level2") and cell.page and cell.box.area > 0:
            out[address] = first.setdefault((column, cell.page, cell.box, cell.text), address)
        else:
            out[address] = address
    return out


def derive(
    reading: Form,
    folded: Folded,
    rulebook: Rulebook | None = None,
    critical: Sequence[str] = (),
    *,
    suggest: bool = True,
) -> Derived:
    """The form with every decision laid on it, its findings, and which cells a person must see.

    ``critical`` are patterns of addresses that two people key; without ``suggest`` the findings keep the suggestions
    they have and get no new ones (faster, for what is shown while somebody types).
    """
    rules = rulebook or default_rulebook()
    stands_for = canonical(reading)
    decisions, lost = _placed(reading, folded)
    decided = reading.with_cells(_decided(reading, stands_for, decisions))
    settled = any(d.state is not None for d in decisions.values())
    standing, accepted = _standing(reading, decided, folded, settled, rules, suggest)
    reasons = _entered(reading, decided, standing, stands_for, decisions)
    for address, text in lost.items():
        reasons.setdefault(stands_for[address], []).append(text)
    keying = _keying(reading, stands_for, decisions, critical)
    doubted = {stands_for[a] for a, cell in reading.cells() if cell.needs_review}
    states = {a: _state(a, stands_for[a], decisions.get(a), a in doubted or a in reasons, keying) for a in stands_for}
    marked: dict[str, Cell] = {}
    for address, cell in decided.cells():
        head = stands_for[address]
        more = tuple(reasons.get(head, ()))
        needs = states[head] in ("open", "unreadable")
        if needs != cell.needs_review or more:
            marked[address] = replace(
                cell, needs_review=needs, reasons=(*cell.reasons, *more) if needs else cell.reasons
            )
    form = replace(decided.with_cells(marked), findings=tuple(s.finding for s in standing))
    return Derived(form, standing, states, decisions, stands_for, accepted, keying)


def with_text(reading: Form, folded: Folded, address: str, text: str) -> Folded:
    """The log as it would be if ``text`` were decided at ``address``; nothing is written."""
    cell = reading.cell(address)
    decision = Decision("done", text, last=_as_if(cell, address))
    return replace(folded, decisions={**folded.decisions, address: decision})


def _as_if(cell: Cell, address: str) -> Entry:
    box = (cell.box.left, cell.box.top, cell.box.right, cell.box.bottom)
    return Entry(0, 0.0, "", "", address, "corrected", page=cell.page, box=box, raw=cell.raw)


def _placed(reading: Form, folded: Folded) -> tuple[dict[str, Decision], dict[str, str]]:
    """The decisions that still find their place in the reading, and for the others a reason to look again."""
    kept, lost = {}, {}
    for address, decision in folded.decisions.items():
        try:
            cell = reading.cell(address)
        except KeyError:
            continue  # the log keeps it; this reading has no such cell
        if decision.last is None or _same_place(cell, decision.last):
            kept[address] = decision
        elif decision.state is not None:
            lost[address] = f"the form was read anew since this was decided to be {decision.text or 'blank'}"
    return kept, lost


def _same_place(cell: Cell, entry: Entry) -> bool:
    before = Box(*entry.box)
    if cell.page != entry.page:
        return False
    if before == cell.box:
        return True
    shared = before.overlap(cell.box)
    union = before.area + cell.box.area - shared
    return union > 0 and shared / union >= SAME_PLACE


def _decided(reading: Form, stands_for: Mapping[str, str], decisions: Mapping[str, Decision]) -> dict[str, Cell]:
    out = {}
    for address, cell in reading.cells():
        decision = decisions.get(stands_for[address])
        if decision is None or decision.state is None:
            continue
        if decision.state == "unreadable":
            out[address] = replace(cell, needs_review=True, reasons=(*cell.reasons, "a person could not read it"))
        else:
            origin = cell.origin if decision.text == cell.text else "corrected"
            why = cell.reasons if origin == "repaired" else ()  # nobody doubts it any more
            out[address] = replace(
                cell, text=decision.text, confidence=1.0, needs_review=False, origin=origin, reasons=why
            )
    return out


def _standing(
    reading: Form, decided: Form, folded: Folded, settled: bool, rules: Rulebook, suggest: bool
) -> tuple[tuple[Standing, ...], tuple[Accepted, ...]]:
    """The findings as they stand. Where nothing of a rule was decided, the reading's own finding (with the verdict
    and the suggestion of the joint inference) is kept."""
    own = {_same(f): f for f in reading.findings}
    out, used = [], []
    found = check(decided, rules) if settled else reading.findings
    laws: dict[Key, Instance] = {(i.rule.name, (i.key,)): i for i in instances(decided, rules)} if found else {}
    broken = {(f.rule, f.cells) for f in found}
    for fresh in found:
        law = laws.get((fresh.rule, fresh.cells))
        cells = law.cells if law is not None else ()
        touched = any(decided.cell(a) is not reading.cell(a) for a in cells)
        finding = fresh if touched else own.get(_same(fresh), fresh)
        by = next((a for a in reversed(folded.accepted) if _same_accepted(a, finding)), None)
        if by is not None:
            out.append(Standing(replace(finding, verdict="document", suggestion=None), cells, True))
            used.append(by)
            continue
        suggestion = suggestion_for(decided, finding, laws, broken, rules) if suggest else None
        if suggestion is not None:
            finding = replace(finding, suggestion=suggestion.suggestion)
        out.append(Standing(finding, cells, False, suggestion))
    return tuple(out), tuple(used)


def _same(f: Finding) -> tuple[str, tuple[str, ...], str, str]:
    return f.rule, f.cells, f.found, f.expected


def _same_accepted(a: Accepted, f: Finding) -> bool:
    return (a.rule, a.cells, a.found, a.expected) == _same(f)


def _entered(
    reading: Form,
    decided: Form,
    standing: Sequence[Standing],
    stands_for: Mapping[str, str],
    decisions: Mapping[str, Decision],
) -> dict[str, list[str]]:
    """Why cells enter the queue: a rule is broken that the reading kept, and the document cannot be blamed."""
    known = {_same(f) for f in reading.findings}
    out: dict[str, list[str]] = {}
    for s in standing:
        finding = s.finding
        if s.accepted or finding.verdict == "document" or _same(finding) in known:
            continue
        heads = dict.fromkeys(stands_for[a] for a in s.involved)
        undecided = [a for a in heads if a not in decisions or decisions[a].state is None]
        doubted = [a for a in undecided if 1.0 - decided.cell(a).confidence >= SUSPECT]
        for address in doubted or undecided:
            out.setdefault(address, []).append(f"{finding.rule}: {finding.message}")
    return out


def _keying(
    reading: Form, stands_for: Mapping[str, str], decisions: Mapping[str, Decision], critical: Sequence[str]
) -> dict[str, int]:
    """The stage of every critical cell that two people have not settled: 1, 2, or 3 where they differ."""
    out = {}
    for address, cell in reading.cells() if critical else ():
        if address != stands_for[address] or cell.origin == "absent":
            continue
        if not any(fnmatchcase(address, pattern) for pattern in critical):
            continue
        decision = decisions.get(address, Decision())
        if not decision.twice and decision.state != "unreadable":
            out[address] = 1 + min(2, len(decision.keys))
    return out


def _state(address: str, head: str, decision: Decision | None, doubted: bool, keying: Mapping[str, int]) -> State:
    if address != head:
        return "quiet"
    if address in keying:
        return "open"
    if decision is not None and decision.state is not None:
        return decision.state
    return "open" if doubted or (decision is not None and decision.odd) else "quiet"


def rule_cells(form: Form, rulebook: Rulebook) -> set[str]:
    """The addresses that some rule uses."""
    return {a for instance in instances(form, rulebook) for a in instance.cells}
