"""Coming and going: the sign-in page, one-time links, signing out; and the static files, which anybody may read."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from review.errors import BadPassword, TooMany

from .language import LANGUAGES, reasons, text, texts
from .office import HERE, Office
from .visitors import Visitor, end_session, form_of, set_session

FOR_EVER = "public, max-age=31536000, immutable"
_KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


def door_routes(office: Office) -> APIRouter:
    routes = APIRouter()
    Anybody = Annotated[Visitor, Depends(office.anybody)]

    @routes.get("/sign-in")
    def sign_in_page(visitor: Anybody, next: str = "/queue") -> Response:
        if visitor.user is not None:
            return RedirectResponse(own_path(next), 303)
        return office.page("sign_in.html", visitor, next=own_path(next), wrong="")

    @routes.post("/sign-in")
    async def sign_in(request: Request, visitor: Anybody) -> Response:
        fields = await form_of(request)
        name, password = fields.get("name", ""), fields.get("password", "")
        target = own_path(fields.get("next", "/queue"))
        try:
            token = await run_in_threadpool(office.station.sign_in, name, password, visitor.address, visitor.session)
        except BadPassword:
            wrong = text(visitor.language, "signin.wrong")
            return office.page("sign_in.html", visitor, status=403, next=target, wrong=wrong)
        except TooMany as error:
            seconds = max(1, round(error.seconds + 0.5))
            wrong = text(visitor.language, "error.toomany", seconds=seconds)
            answer = office.page("sign_in.html", visitor, status=429, next=target, wrong=wrong)
            answer.headers["retry-after"] = str(seconds)
            return answer
        response = RedirectResponse(target, 303)
        set_session(response, token, visitor)
        return response

    @routes.get("/link/{token}")
    def link(token: str, visitor: Anybody) -> Response:
        try:
            session = office.station.redeem(token)
        except BadPassword:
            if visitor.user is not None:  # the browser has come back to the address it was opened with
                return RedirectResponse("/queue", 303)
            return office.page("error.html", visitor, status=403, title="link.used", message="link.used.how")
        # A page and no redirect: the cookie is SameSite=Strict, and only the next step starts from here.
        response = office.page("link.html", visitor)
        set_session(response, session, visitor)
        return response

    @routes.post("/sign-out")
    def sign_out(visitor: Anybody) -> Response:
        if visitor.session is not None:
            office.station.sign_out(visitor.session)
        response = RedirectResponse("/sign-in", 303)
        end_session(response, visitor)
        return response

    return routes


def static_routes(office: Office) -> APIRouter:
    """Files of the project by their names; nothing is looked up on disk by what a request says."""
    routes = APIRouter()
    files = {path.name: path for path in (HERE / "static").iterdir() if path.suffix in _KINDS}

    @routes.get("/static/{version}/text/{name}")
    def texts_of(version: str, name: str) -> Response:
        language = next((x for x in LANGUAGES if name == f"{x}.js"), None)
        if language is None:
            return Response(status_code=404)
        body = f"export default {json.dumps(dict(texts(language)), ensure_ascii=False)};\n"
        body += f"export const reasons = {json.dumps(reasons(language), ensure_ascii=False)};\n"
        return Response(body, media_type=_KINDS[".js"], headers={"cache-control": FOR_EVER})

    @routes.get("/static/{version}/{name}")
    def static(version: str, name: str) -> Response:
        path = files.get(name)
        if path is None:
            return Response(status_code=404)
        kept = FOR_EVER if version == office.version else "no-cache"
        return Response(path.read_bytes(), media_type=_KINDS[path.suffix], headers={"cache-control": kept})

    @routes.get("/favicon.ico")
    def icon() -> Response:
        return Response(files["icon.svg"].read_bytes(), media_type=_KINDS[".svg"])

    return routes


def own_path(path: str) -> str:
    """``path`` when it leads to a page of this server, else the queue: nobody is sent elsewhere after signing in."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if plain and not path.startswith(("/sign-", "/link/", "/api/")) else "/queue"
