"""The application: routes, error answers, and the shield around them."""

from __future__ import annotations

import logging
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from forms import GoujiError, InputError
from review import errors
from review.station import Station

from .doors import door_routes, static_routes
from .office import Office
from .page_routes import page_routes
from .pages import PageImages, ScanMissing
from .read_routes import manage_routes, picture_routes, read_routes
from .settings import WebSettings
from .shield import Shield
from .visitors import Refusal, visitor_of
from .work_routes import work_routes

log = logging.getLogger("gouji.review")

_ANSWERS: dict[type[GoujiError], tuple[int, str]] = {
    errors.NoSuchCell: (404, "missing"),
    ScanMissing: (404, "scan"),
    InputError: (404, "scan"),
    errors.Taken: (409, "taken"),
    errors.Stale: (409, "stale"),
    errors.NothingToUndo: (409, "undo"),
    errors.NotAllowed: (403, "role"),
    errors.WeakPassword: (400, "weak"),
    errors.BadInput: (400, "input"),
    errors.BadPassword: (403, "password"),
    errors.TooMany: (429, "toomany"),
}
"""How a refusal is answered: status and code; subclasses before their parents."""


def create_app(station: Station, pages: PageImages, *, settings: WebSettings) -> ASGIApp:
    """The application over one station. ``pages`` brings the scans; nothing else is read from disk."""
    office = Office.open(station, pages, settings)
    app = FastAPI(title="gouji review", docs_url=None, redoc_url=None, openapi_url=None)
    for routes in (door_routes, static_routes, page_routes, work_routes, read_routes, manage_routes, picture_routes):
        app.include_router(routes(office))
    _answer_errors(app, office)
    return Shield(app, settings)


def _answer_errors(app: FastAPI, office: Office) -> None:
    async def say(request: Request, status: int, code: str, message: str, **more: object) -> Response:
        if request.url.path.startswith(("/api/", "/pictures/")):
            return JSONResponse({"error": code, "message": message, **more}, status)
        if status == 401:
            wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/sign-in?next={quote(wanted, safe='')}", 303)
        visitor = await run_in_threadpool(visitor_of, request, office.station, office.settings)
        return office.page("error.html", visitor, status=status, title=f"error.{code}", message=message)

    @app.exception_handler(GoujiError)
    async def refused(request: Request, error: Exception) -> Response:
        if isinstance(error, Refusal):
            return await say(request, error.status, error.code, str(error))
        status, code = next((a for kind, a in _ANSWERS.items() if isinstance(error, kind)), (500, "server"))
        if isinstance(error, errors.TooMany):
            answer = await say(request, status, code, str(error), seconds=round(error.seconds + 0.5))
            answer.headers["retry-after"] = str(max(1, round(error.seconds + 0.5)))
            return answer
        if status == 500:
            log.error("%s %s: %s", request.method, request.url.path, error)
        more = {"by": error.by, "until": error.until} if isinstance(error, errors.Taken) else {}
        return await say(request, status, code, str(error), **more)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: Exception) -> Response:
        return await say(request, 400, "input", "The request is not of the form that this server takes.")

    @app.exception_handler(HTTPException)
    async def plain(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = {404: "missing", 405: "method", 413: "large"}.get(error.status_code, "http")
        return await say(request, error.status_code, code, str(error.detail))

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> Response:
        # The trace goes to the server's log, never to the browser.
        return await say(request, 500, "server", "Something went wrong on the server; its log says what.")
