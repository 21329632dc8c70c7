"""The JSON interface of the desk: next cell, decisions, undo, leases, previews."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from review.errors import NoSuchCell, NotAllowed, ReviewError, Taken
from review.values import Item, User

from .bodies import Accept, Cells, Confirm, GroupAsked, GroupDecision, Key, Next, Place, Postpone, Preview, Wanted
from .office import Office
from .views import counts_view, entry_view, findings_view, item_view, outcome_view, row_view
from .visitors import Visitor

WALL = 120
"""Crops on one wall."""


def work_routes(office: Office) -> APIRouter:
    routes = APIRouter(prefix="/api")
    station, pictures = office.station, office.pictures
    Somebody = Annotated[Visitor, Depends(office.somebody)]

    @routes.post("/next")
    def next_cell(asked: Next, visitor: Somebody) -> dict[str, Any]:
        after = (asked.after.form_id, asked.after.address) if asked.after else None
        if asked.filters.keying:
            item = _next_keying(office, visitor.person, asked.filters, after)
        else:
            item = station.next(visitor.person, asked.filters.filters, after)
        counts = counts_view(station.counts(asked.filters.filters))
        return {"item": item_view(item, pictures) if item else None, "counts": counts}

    @routes.post("/take")
    def take(place: Place, visitor: Somebody) -> dict[str, Any]:
        return {"item": item_view(station.take(visitor.person, place.form_id, place.address), pictures)}

    @routes.post("/renew")
    def renew(place: Place, visitor: Somebody) -> dict[str, Any]:
        return {"until": station.renew(visitor.person, place.form_id, place.address)}

    @routes.post("/release")
    def release(asked: Cells, visitor: Somebody) -> dict[str, Any]:
        for place in asked.cells:
            station.release(visitor.person, place.form_id, place.address)
        return {}

    @routes.post("/confirm")
    def confirm(asked: Confirm, visitor: Somebody) -> dict[str, Any]:
        outcome = station.confirm(
            visitor.person, asked.form_id, asked.address, asked.text,
            version=asked.version, why=asked.why, seconds=asked.seconds,
        )  # fmt: skip
        return outcome_view(outcome, station.counts())

    @routes.post("/unreadable")
    def unreadable(asked: Postpone, visitor: Somebody) -> dict[str, Any]:
        outcome = station.unreadable(
            visitor.person, asked.form_id, asked.address, version=asked.version, why=asked.why, seconds=asked.seconds
        )
        return outcome_view(outcome, station.counts())

    @routes.post("/postpone")
    def postpone(asked: Postpone, visitor: Somebody) -> dict[str, Any]:
        outcome = station.postpone(
            visitor.person, asked.form_id, asked.address, version=asked.version, why=asked.why, seconds=asked.seconds
        )
        return outcome_view(outcome, station.counts())

    @routes.post("/key")
    def key(asked: Key, visitor: Somebody) -> dict[str, Any]:
        outcome = station.key(visitor.person, asked.form_id, asked.address, asked.text, seconds=asked.seconds)
        # What the keying changed would tell the next person what was keyed.
        return {"entry": outcome.entry_id, "counts": counts_view(station.counts())}

    @routes.post("/accept")
    def accept(asked: Accept, visitor: Somebody) -> dict[str, Any]:
        outcome = station.accept_as_printed(visitor.person, asked.form_id, asked.rule, asked.cells, asked.note)
        return outcome_view(outcome, station.counts())

    @routes.post("/undo")
    def undo(visitor: Somebody) -> dict[str, Any]:
        entry = station.undo(visitor.person)
        item = None
        if entry.address:
            try:
                item = item_view(station.take(visitor.person, entry.form_id, entry.address), pictures)
            except ReviewError:  # another person has it by now, or it needs no decision: it is undone all the same
                item = None
        return {"entry": entry_view(entry), "item": item, "counts": counts_view(station.counts())}

    @routes.post("/preview")
    def preview(asked: Preview, visitor: Somebody) -> dict[str, Any]:
        return {"findings": findings_view(station.preview(asked.form_id, asked.address, asked.text))}

    @routes.post("/wall")
    def wall(asked: GroupAsked, visitor: Somebody) -> dict[str, Any]:
        items = station.group(asked.key, WALL, asked.filters.filters, visitor.person)
        return {"items": [row_view(item, pictures) for item in items]}

    @routes.post("/group")
    def group(asked: GroupDecision, visitor: Somebody) -> dict[str, Any]:
        keep = [(c.form_id, c.address, c.version) for c in asked.keep]
        odd = [(c.form_id, c.address, c.version) for c in asked.odd]
        station.confirm_group(visitor.person, keep, odd, seconds=asked.seconds)
        return {"counts": counts_view(station.counts())}

    return routes


def _next_keying(office: Office, user: User, wanted: Wanted, after: tuple[str, str] | None) -> Item | None:
    """The next number of double keying; other cells of the queue are passed over."""
    size = 200
    for offset in range(0, 100_000, size):
        items = office.station.queue(user, wanted.filters, size, offset)
        for item in items:
            if item.keying and (item.form_id, item.address) != after:
                try:
                    return office.station.take(user, item.form_id, item.address)
                except (Taken, NotAllowed, NoSuchCell):
                    continue
        if len(items) < size:
            return None
    return None
