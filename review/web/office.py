"""What every route needs: the station, the pictures, the templates, and the visitor of a request."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from review.station import Station

from .language import text
from .pages import PageImages
from .pictures import Pictures
from .settings import WebSettings
from .visitors import Visitor, guard, set_visit, visitor_of

HERE = Path(__file__).parent
PLACES = (
    ("queue", "/queue", "q"),
    ("review", "/review", "r"),
    ("groups", "/groups", "w"),
    ("forms", "/forms", "f"),
    ("keying", "/keying", "k"),
    ("statistics", "/statistics", "s"),
    ("users", "/users", "u"),
)
"""The pages of the bar: name, address, the key that goes there after "g"."""


@dataclass(frozen=True, slots=True)
class Office:
    """One per application."""

    station: Station
    pictures: Pictures
    settings: WebSettings
    templates: Environment
    version: str

    @staticmethod
    def open(station: Station, pages: PageImages, settings: WebSettings) -> Office:
        templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        return Office(station, Pictures(pages, settings), settings, templates, _version())

    def page(self, template: str, visitor: Visitor, *, status: int = 200, **values: Any) -> HTMLResponse:
        """The page of a template in the visitor's language."""
        shown = self.templates.get_template(template).render(
            t=partial(text, visitor.language),
            visitor=visitor,
            language=visitor.language,
            static=f"/static/{self.version}",
            places=[p for p in PLACES if p[0] != "users" or (visitor.user and visitor.user.role == "senior")],
            run_title=self.settings.title,
            **values,
        )
        response = HTMLResponse(shown, status)
        set_visit(response, visitor)
        return response

    @property
    def anybody(self) -> Callable[[Request], Awaitable[Visitor]]:
        """A dependency: the visitor, signed in or not, guarded against forged requests."""

        async def found(request: Request) -> Visitor:
            visitor = await run_in_threadpool(visitor_of, request, self.station, self.settings)
            await guard(request, visitor)
            return visitor

        return found

    @property
    def somebody(self) -> Callable[[Request], Awaitable[Visitor]]:
        """A dependency: a visitor who is signed in; ``Refusal`` 401 else."""
        anybody = self.anybody

        async def found(request: Request) -> Visitor:
            visitor = await anybody(request)
            _ = visitor.person
            return visitor

        return found

    @property
    def senior(self) -> Callable[[Request], Awaitable[Visitor]]:
        """A dependency: a senior who is signed in; ``Refusal`` 401 or 403 else."""
        anybody = self.anybody

        async def found(request: Request) -> Visitor:
            visitor = await anybody(request)
            _ = visitor.senior
            return visitor

        return found


def _version() -> str:
    """Changes whenever a static file or a text does, so that browsers may keep them for ever."""
    digest = hashlib.sha256()
    for folder in ("static", "text"):
        for path in sorted((HERE / folder).iterdir()):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
