"""Between derived forms, the index's rows, and the items that people get."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from export.form_sheet import name_of
from forms import Box, Finding, Form, Suggestion, finding_to_dict

from .costs import cost_of, kind_of
from .derive import Derived
from .log import Decision
from .schema import storable
from .values import Item

AUDITABLE = 0.05  # share of the undoubted cells that an audit may draw from
CHANGING = ("text", "confidence", "cost", "state", "later", "odd", "rules", "keying", "key_first", "key_second",
            "version", "detail")  # fmt: skip


def rank_of(run: str, form_id: str, address: str) -> float | None:
    """The cell's place, 0 to ``AUDITABLE``, in the random order of the audit; None for most. The run's own random id
    is in it, so that nobody can tell which cells will be drawn."""
    digest = blake2b(f"{run}\n{form_id}\n{address}".encode("utf-8", "surrogatepass"), digest_size=7).digest()
    rank = int.from_bytes(digest, "big") / 2.0**56
    return rank if rank < AUDITABLE else None


def first_version(sha: bytes) -> int:
    """The version of a cell that nobody has decided about: another one for every reading of the form, so that a
    decision made before a form was read anew is refused after it. Below 2^45, so that a browser can hold it."""
    return int.from_bytes(sha[:3], "big") << 20


def cell_rows(
    run: str, form_id: str, reading: Form, derived: Derived, versions: Mapping[str, int], in_rule: set[str], sha: bytes
) -> dict[str, dict[str, Any]]:
    """The index's rows of a form by address; a printed cell that stands at several addresses has one."""
    rules: dict[str, set[str]] = {}
    for s in derived.standing:
        for address in s.involved:
            rules.setdefault(derived.canonical[address], set()).add(s.finding.rule)
    standing = dict(derived.form.cells())
    siblings = _siblings(derived)
    out = {}
    for address, read in reading.cells():
        if derived.canonical[address] != address:
            continue
        cell, decision = standing[address], derived.decisions.get(address, _NOBODY)
        state = derived.states[address]
        quiet = not read.needs_review and read.origin != "absent"
        out[address] = {
            "address": address,
            "kind": kind_of(address, read),
            "text": storable(cell.text),
            "confidence": cell.confidence,
            "cost": cost_of(address, cell, in_rule=address in in_rule, odd=decision.odd),
            "page": cell.page,
            "box": box_json(cell.box),
            "state": state,
            "later": decision.later if state == "open" else 0,
            "odd": decision.odd,
            "rules": f"|{'|'.join(sorted(rules[address]))}|" if address in rules else "",
            "keying": derived.keying.get(address, 0),
            "key_first": decision.keys[0].user if decision.keys else "",
            "key_second": decision.keys[1].user if len(decision.keys) > 1 else "",
            "version": first_version(sha) + versions.get(address, 0),
            "rank": rank_of(run, form_id, address) if quiet else None,
            "detail": None if state == "quiet" else detail(derived, address, siblings.get(address, ())),
        }
    return out


_NOBODY = Decision()


def _siblings(derived: Derived) -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for address, head in derived.canonical.items():
        if address != head:
            out[head] = (*out.get(head, ()), address)
    return out


def detail(derived: Derived, address: str, siblings: tuple[str, ...]) -> str:
    """What a person's page shows of the cell, as JSON. Where two blind keyings differ, the third person gets them as
    the cell's alternatives."""
    cell = derived.form.cell(address)
    alternatives = cell.alternatives
    if derived.keying.get(address) == 3:
        keys = derived.decisions[address].keys
        alternatives = tuple((key.text, 1.0 / len(keys)) for key in keys)
    data = {
        "raw": cell.raw,
        "alternatives": alternatives,
        "reasons": cell.reasons,
        "label": label(derived.form, address),
        "siblings": siblings,
    }
    return json.dumps(data)


def label(form: Form, address: str) -> str:
    """The way to the cell for people: ``产出指标 › 数量指标 › 培训人次 · 实际完成值``."""
    head, _, column = address.rpartition(".")
    if not head.startswith("indicators"):
        return name_of(form, address)
    above = () if column == "level1" else ("level1",) if column == "level2" else ("level1", "level2")
    names = [form.cell(f"{head}.{level}").text for level in above]
    return " › ".join([*(" ".join(n.split()) for n in names if n), name_of(form, address)])


def box_json(box: Box) -> str:
    return f"[{box.left!r}, {box.top!r}, {box.right!r}, {box.bottom!r}]"


def standing_to_json(derived: Derived) -> str:
    """The findings as they stand, for the form's row."""
    data = [
        {
            **finding_to_dict(s.finding),
            "involved": sorted({derived.canonical[a] for a in s.involved}),
            "accepted": s.accepted,
            "reason": s.suggestion.reason if s.suggestion else "",
        }
        for s in derived.standing
    ]
    return json.dumps(data)


def finding_from_json(data: Mapping[str, Any]) -> Finding:
    suggestion = data["suggestion"]
    return Finding(
        rule=data["rule"],
        severity=data["severity"],
        cells=tuple(data["cells"]),
        message=data["message"],
        found=data["found"],
        expected=data["expected"],
        verdict=data["verdict"],
        suggestion=None if suggestion is None else Suggestion(suggestion["cell"], suggestion["text"]),
    )


def item_of(row: Mapping[str, Any], findings_json: str, detail_json: str) -> Item:
    """The item in a row of the index joined with its form's row (``form_id``, ``project``)."""
    more = json.loads(detail_json)
    about = [f for f in json.loads(findings_json) if row["address"] in f["involved"]]
    findings = tuple(finding_from_json(f) for f in about)
    alternatives = tuple((str(t), float(p)) for t, p in more["alternatives"])
    suggestion, why = _suggestion(row, about, alternatives)
    blind = row["keying"] in (1, 2)
    box = json.loads(row["box"])
    return Item(
        form_id=row["form_id"],
        address=row["address"],
        document=row["document"],
        project=row["project"],
        kind=row["kind"],
        text="" if blind else row["text"],
        raw="" if blind else more["raw"],
        confidence=row["confidence"],
        cost=row["cost"],
        page=row["page"],
        box=Box(*box),
        alternatives=() if blind else alternatives,
        reasons=() if blind else tuple(more["reasons"]),
        findings=() if blind else findings,
        suggestion=None if blind else suggestion,
        suggestion_reason="" if blind else why,
        label=more["label"],
        lease_until=row["lease_until"],
        audit=row["state"] == "audit",
        keying=row["keying"],
        version=row["version"],
        state="open" if row["state"] == "audit" else row["state"],
        siblings=tuple(more["siblings"]),
    )


def _suggestion(
    row: Mapping[str, Any], findings: list[dict[str, Any]], alternatives: tuple[tuple[str, float], ...]
) -> tuple[str | None, str]:
    for f in findings:
        if f["suggestion"] is not None and f["suggestion"]["cell"] == row["address"]:
            return str(f["suggestion"]["text"]), str(f["reason"] or f["message"])
    if row["state"] == "open" and alternatives and alternatives[0][1] > row["confidence"]:
        text, chance = alternatives[0]
        return text, f"more likely ({chance:.0%}) than the text read ({row['confidence']:.0%}), all figures considered"
    return None, ""


def items_of_form(
    form_id: str, document: str, reading: Form, derived: Derived, rows: Mapping[str, Any]
) -> dict[str, Item]:
    """Every cell of a form as an item, siblings included; ``rows`` are its index rows by address."""
    found = standing_to_json(derived)
    siblings = _siblings(derived)
    project = reading.project.text
    out = {}
    for address, head in derived.canonical.items():
        row = {**rows[head], "form_id": form_id, "document": document, "project": project}
        if row["state"] == "audit":
            row["state"] = "quiet"  # nobody may see which cells are audited
        out[address] = item_of(row, found, detail(derived, head, siblings.get(head, ())))
    return out
