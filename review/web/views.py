"""Values of the station as plain data for pages. Whether a cell was drawn for the audit never leaves the server."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from forms import Finding, finding_to_dict
from review.values import Accepted, Counts, Entry, FormState, Item, Outcome

from .pages import ScanMissing
from .pictures import Pictures


def item_view(item: Item, pictures: Pictures) -> dict[str, Any]:
    """A cell for the desk."""
    return {
        **_cell_view(item),
        "raw": item.raw,
        "alternatives": [[text, chance] for text, chance in item.alternatives],
        "reasons": list(item.reasons),
        "findings": findings_view(item.findings),
        "suggestion": item.suggestion,
        "suggestion_reason": item.suggestion_reason,
        "lease_until": item.lease_until,
        "crop": pictures.crop_view(item.document, item.page, item.box, "near"),
        "wide": pictures.crop_view(item.document, item.page, item.box, "wide"),
        "form_url": form_url(item.form_id, item.address),
    }


def row_view(item: Item, pictures: Pictures) -> dict[str, Any]:
    """A cell for a list or a wall."""
    return {
        **_cell_view(item),
        "rules": sorted({f.rule for f in item.findings}),
        "tight": pictures.crop_view(item.document, item.page, item.box, "tight"),
        "url": f"/review?form={quote(item.form_id, safe='')}&cell={quote(item.address)}",
    }


def _cell_view(item: Item) -> dict[str, Any]:
    """What every view of a cell tells."""
    return {
        "form_id": item.form_id,
        "address": item.address,
        "document": item.document,
        "project": item.project,
        "kind": item.kind,
        "text": item.text,
        "path": path_of(item),
        "page": item.page,
        "keying": item.keying,
        "version": item.version,
    }


def path_of(item: Item) -> list[str]:
    """The names above the cell's column, outermost first."""
    above, _, column = item.label.rpartition(" · ")
    return [step for step in above.split(" › ") if step] if above and column else []


def form_url(form_id: str, address: str = "") -> str:
    return f"/form/{quote(form_id)}" + (f"#{quote(address)}" if address else "")


def findings_view(findings: Sequence[Finding], accepted: Sequence[Accepted] = ()) -> list[dict[str, Any]]:
    out = []
    for finding in findings:
        by = next((a for a in accepted if (a.rule, a.cells) == (finding.rule, finding.cells)), None)
        out.append({**finding_to_dict(finding), "accepted": by is not None, "note": by.note if by else ""})
    return out


def counts_view(counts: Counts) -> dict[str, Any]:
    return dataclasses.asdict(counts)


def entry_view(entry: Entry) -> dict[str, Any]:
    names = ("id", "at", "user", "form_id", "address", "action", "before", "after", "why", "undone")
    return {name: getattr(entry, name) for name in names}


def outcome_view(outcome: Outcome, counts: Counts) -> dict[str, Any]:
    return {
        "entry": outcome.entry_id,
        "findings": findings_view(outcome.findings_after),
        "gone": sum(f not in outcome.findings_after for f in outcome.findings_before),
        "changed": list(outcome.cells_changed),
        "counts": counts_view(counts),
    }


def form_view(state: FormState, pictures: Pictures) -> dict[str, Any]:
    """A form with every cell, finding and page for the form view."""
    cells = {
        address: {
            "text": item.text,
            "raw": item.raw,
            "page": item.page,
            "box": item.box.pixels(),
            "kind": item.kind,
            "state": "quiet" if item.state == "audit" else item.state,
            "origin": state.form.cell(address).origin,
            "reasons": list(item.reasons),
            "alternatives": [text for text, _ in item.alternatives],
            "suggestion": item.suggestion,
            "version": item.version,
            "keying": item.keying,
            "path": path_of(item),
        }
        for address, item in state.items.items()
    }
    return {
        "form_id": state.form_id,
        "document": state.document,
        "template": state.form.template,
        "project": state.form.project.text,
        "cells": cells,
        "funds": len(state.form.funds),
        "indicators": len(state.form.indicators),
        "findings": findings_view(state.findings, state.accepted),
        "pages": [pictures.page_view(state.document, p) for p in _pages(state, pictures)],
    }


def _pages(state: FormState, pictures: Pictures) -> list[Any]:
    """The pages that the form stands on; all of its document where it names none."""
    wanted = {source.page for source in state.form.sources}
    try:
        every = pictures.pages(state.document)
    except ScanMissing:  # the numbers can be worked on without the scan
        return []
    return [p for p in every if p.page in wanted] or list(every)
