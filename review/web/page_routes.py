"""The pages. Each is a frame that its script fills by the JSON interface; what is known at once is in it already."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from review.values import Filters

from .office import Office
from .views import counts_view, form_url
from .visitors import Visitor


def page_routes(office: Office) -> APIRouter:
    routes = APIRouter()
    station = office.station
    Somebody = Annotated[Visitor, Depends(office.somebody)]
    Senior = Annotated[Visitor, Depends(office.senior)]

    @routes.get("/")
    def start() -> Response:
        return RedirectResponse("/queue", 303)

    @routes.get("/queue")
    def queue(visitor: Somebody) -> Response:
        return office.page("queue.html", visitor, here="queue", documents=station.documents(), rules=station.rules())

    @routes.get("/review")
    def review(
        visitor: Somebody,
        form: str = "",
        cell: str = "",
        document: str = "",
        kind: str = "",
        rule: str = "",
        text: str = "",
        keying: bool = False,
    ) -> Response:
        filters = {"document": document, "kind": kind, "rule": rule, "text": text}
        asked = {name: value for name, value in filters.items() if value}
        wanted = {"form_id": form, "address": cell} if form and cell else None
        return office.page(
            "cell.html",
            visitor,
            here="keying" if keying else "review",
            filters=json.dumps({**asked, **({"keying": True} if keying else {})}, ensure_ascii=False),
            wanted=json.dumps(wanted, ensure_ascii=False),
            asked=asked,
            counts=counts_view(station.counts(Filters())),
        )

    @routes.get("/forms")
    def forms(visitor: Somebody, document: str = "", page: int = 1) -> Response:
        size = 100
        page = min(max(1, page), 1_000_000)
        rows = station.forms(document or None, size + 1, (page - 1) * size)
        shown = [(row, form_url(row.form_id)) for row in rows[:size]]
        return office.page(
            "forms.html", visitor, here="forms", rows=shown, page=page, more=len(rows) > size, document=document,
            documents=station.documents(), skipped=station.skipped,
        )  # fmt: skip

    @routes.get("/form/{form_id:path}")
    def form(form_id: str, visitor: Somebody) -> Response:
        state = station.form(form_id)
        return office.page("form.html", visitor, here="forms", state=state)

    @routes.get("/groups")
    def groups(visitor: Somebody) -> Response:
        return office.page("groups.html", visitor, here="groups", documents=station.documents())

    @routes.get("/keying")
    def keying(visitor: Somebody) -> Response:
        return office.page("keying.html", visitor, here="keying", patterns=station.critical())

    @routes.get("/statistics")
    def statistics(visitor: Somebody) -> Response:
        return office.page("statistics.html", visitor, here="statistics", audit=station.audit_estimate())

    @routes.get("/users")
    def users(visitor: Senior) -> Response:
        return office.page("users.html", visitor, here="users", users=station.users())

    return routes
