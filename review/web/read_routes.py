"""The JSON interface for looking: queue, forms, history, groups, figures; and the pictures."""

import dataclasses
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from forms import Box, GeometryError

from .bodies import Critical, NewUser, UserChange, Wanted
from .office import Office
from .pictures import CONTEXTS, Picture
from .views import counts_view, entry_view, form_view, row_view
from .visitors import Refusal, Visitor

Page = Annotated[int, Query(ge=0, le=10_000_000)]
Short = Annotated[str, Query(max_length=1000)]


def _wanted(
    document: Short = "",
    kind: Literal["", "number", "text", "mark"] = "",
    rule: Annotated[str, Query(max_length=100)] = "",
    text: Short = "",
    keying: bool = False,
) -> Wanted:
    return Wanted(document=document or None, kind=kind or None, rule=rule or None, text=text or None, keying=keying)


def read_routes(office: Office) -> APIRouter:
    routes = APIRouter(prefix="/api")
    station, pictures = office.station, office.pictures
    Somebody = Annotated[Visitor, Depends(office.somebody)]
    Asked = Annotated[Wanted, Depends(_wanted)]

    @routes.get("/counts")
    def counts(visitor: Somebody, asked: Asked) -> dict[str, Any]:
        return {"counts": counts_view(station.counts(asked.filters))}

    @routes.get("/queue")
    def queue(
        visitor: Somebody, asked: Asked, offset: Page = 0, limit: int = Query(50, ge=1, le=200)
    ) -> dict[str, Any]:
        items = station.queue(visitor.person, asked.filters, limit, offset)
        counts = counts_view(station.counts(asked.filters))
        return {"items": [row_view(item, pictures) for item in items], "counts": counts}

    @routes.get("/form")
    def form(visitor: Somebody, form_id: str) -> dict[str, Any]:
        return form_view(station.form(form_id), pictures)

    @routes.get("/history")
    def history(visitor: Somebody, form_id: str, address: str | None = None) -> dict[str, Any]:
        return {"entries": [entry_view(e) for e in station.history(form_id, address)]}

    @routes.get("/groups")
    def groups(visitor: Somebody, asked: Asked) -> dict[str, Any]:
        return {"groups": [dataclasses.asdict(g) for g in station.groups(asked.filters)]}

    @routes.get("/statistics")
    def statistics(visitor: Somebody, days: int = Query(30, ge=1, le=3660)) -> dict[str, Any]:
        return {
            "days": [dataclasses.asdict(d) for d in station.statistics(days)],
            "audit": dataclasses.asdict(station.audit_estimate()),
            "counts": counts_view(station.counts()),
        }

    return routes


def manage_routes(office: Office) -> APIRouter:
    """What only seniors do."""
    routes = APIRouter(prefix="/api")
    station = office.station
    Senior = Annotated[Visitor, Depends(office.senior)]

    @routes.post("/critical")
    def critical(asked: Critical, visitor: Senior) -> dict[str, Any]:
        station.set_critical(visitor.person, asked.patterns)
        return {"patterns": list(station.critical())}

    @routes.post("/users")
    def add(asked: NewUser, visitor: Senior) -> dict[str, Any]:
        user = station.add_user(asked.name, asked.role, asked.password or None, asked.display)
        return {"user": dataclasses.asdict(user)}

    @routes.post("/user")
    def change(asked: UserChange, visitor: Senior) -> dict[str, Any]:
        if asked.name == visitor.person.name and asked.action in ("disable", "role"):
            raise Refusal(400, "self", "You cannot take your own rights away.")
        if asked.action == "password":
            station.set_password(asked.name, asked.password)
        elif asked.action == "role" and asked.role is not None:
            station.set_role(asked.name, asked.role)
        else:
            station.disable(asked.name, asked.action == "disable")
        return {}

    @routes.post("/export")
    def export(visitor: Senior) -> dict[str, Any]:
        return {"forms": len(station.export())}

    return routes


def picture_routes(office: Office) -> APIRouter:
    routes = APIRouter(prefix="/pictures")
    pictures = office.pictures
    Somebody = Annotated[Visitor, Depends(office.somebody)]

    @routes.get("/crop/{document:path}")
    def crop(
        document: str, request: Request, visitor: Somebody, page: Page, box: str, size: str = "near", v: str = ""
    ) -> Response:
        if size not in CONTEXTS:
            raise Refusal(400, "input", "There is no such size of crop.")
        return _answer(request, pictures.crop(document, page, _box(box), size), v)

    @routes.get("/tile/{document:path}")
    def tile(
        document: str, request: Request, visitor: Somebody, page: Page, z: Page, x: Page, y: Page, v: str = ""
    ) -> Response:
        found = pictures.tile(document, page, min(z, 40), x, y)
        if found is None:
            return JSONResponse({"error": "missing", "message": "There is no such tile."}, 404)
        return _answer(request, found, v)

    return routes


def _box(text: str) -> Box:
    try:
        left, top, right, bottom = (float(part) for part in text.split(","))
        if max(map(abs, (left, top, right, bottom))) > 1e6:
            raise ValueError
        return Box(left, top, right, bottom)
    except (ValueError, GeometryError):
        raise Refusal(400, "input", "A box is four numbers: left, top, right, bottom.") from None


def _answer(request: Request, picture: Picture, version: str) -> Response:
    """The picture, for ever where its address names the page's version; 304 to who has it."""
    tag = f'"{picture.tag}"'
    kept = "private, max-age=31536000, immutable" if version else "private, no-cache"
    headers = {"etag": tag, "cache-control": kept}
    if tag in [t.strip() for t in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(picture.data, media_type="image/jpeg", headers=headers)
