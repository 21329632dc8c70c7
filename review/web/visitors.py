"""Who asks: session cookie, proxy header, language, theme, and the token that a forged request cannot know.

The token is derived from the visitor's secret cookie (HttpOnly, SameSite=Strict) by HMAC: the page may know it, and the
cookie cannot be found from it. Before sign-in the secret is a cookie of its own (``gouji_visit``), which is dropped at
sign-in together with any session cookie that was there: a session that somebody planted is never used.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from review.errors import ReviewError
from review.station import Station
from review.values import User

from .language import LANGUAGES, Language, preferred
from .settings import WebSettings
from .shield import SAFE_METHODS

SESSION, VISIT, LANGUAGE, THEME = "gouji_session", "gouji_visit", "gouji_language", "gouji_theme"


class Refusal(ReviewError):
    """A request that is not served: ``status`` of the answer, ``code`` for programs and translations."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status, self.code = status, code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. ``user`` is None before sign-in; ``token`` guards against forged requests; ``visit`` is a secret cookie
    that the answer has to set, if any."""

    user: User | None
    token: str
    language: Language
    theme: str
    address: str
    secure: bool
    session: str | None = None
    visit: str | None = None

    @property
    def person(self) -> User:
        """The signed-in user; raises ``Refusal`` 401 when there is none."""
        if self.user is None:
            raise Refusal(401, "signin", "Sign in first.")
        return self.user

    @property
    def senior(self) -> User:
        """The signed-in senior; raises ``Refusal`` 401 or 403."""
        if self.person.role != "senior":
            raise Refusal(403, "role", "Only a senior may do this.")
        return self.person


def token_of(secret: str) -> str:
    return hmac.new(secret.encode(), b"gouji csrf", hashlib.sha256).hexdigest()


def visitor_of(request: Request, station: Station, settings: WebSettings) -> Visitor:
    """The visitor, from cookies and (behind a trusted proxy) the user header. Writes nothing."""
    session = request.cookies.get(SESSION)
    user = station.session(session) if session else None
    if settings.user_header and request.scope.get("gouji.proxy"):
        user, session = _named_by_proxy(request, station, settings.user_header), None
    if user is None:
        session = None
    kept = request.cookies.get(VISIT)
    secret = session or kept or secrets.token_urlsafe(24)
    language = request.cookies.get(LANGUAGE)
    theme = request.cookies.get(THEME, "")
    return Visitor(
        user=user,
        token=token_of(secret),
        language=next((x for x in LANGUAGES if x == language), preferred(request.headers.get("accept-language", ""))),
        theme=theme if theme in ("light", "dark") else "",
        address=request.client.host if request.client else "",
        secure=request.url.scheme == "https",
        session=session,
        visit=None if session or kept else secret,
    )


def _named_by_proxy(request: Request, station: Station, header: str) -> User | None:
    """The user whom the proxy names; a name given twice or unknown here is nobody."""
    names = request.headers.getlist(header)
    if len(names) != 1:
        return None
    return next((u for u in station.users() if u.name == names[0] and not u.disabled), None)


async def guard(request: Request, visitor: Visitor) -> None:
    """Refuse (403) a request that may change something and does not bring the visitor's token."""
    if request.method in SAFE_METHODS:
        return
    given = request.headers.get("x-csrf-token") or (await form_of(request)).get("csrf", "")
    if not hmac.compare_digest(given.encode(), visitor.token.encode()):
        raise Refusal(403, "token", "The page is out of date or the request comes from elsewhere: load the page again.")


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form as browsers send it; anything but ``application/x-www-form-urlencoded`` has none."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return {}
    try:
        text = (await request.body()).decode("utf-8")
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=50))
    except ValueError:
        raise Refusal(400, "input", "The form's fields cannot be read.") from None


def set_session(response: Response, token: str, visitor: Visitor) -> None:
    """Give the browser its session, and take the cookie of before away."""
    response.set_cookie(SESSION, token, path="/", httponly=True, samesite="strict", secure=visitor.secure)
    response.delete_cookie(VISIT, path="/", httponly=True, samesite="strict", secure=visitor.secure)


def set_visit(response: Response, visitor: Visitor) -> None:
    """Give a visitor who is not signed in the secret that the page's token was made from."""
    if visitor.visit is not None:
        response.set_cookie(VISIT, visitor.visit, path="/", httponly=True, samesite="strict", secure=visitor.secure)


def end_session(response: Response, visitor: Visitor) -> None:
    for name in (SESSION, VISIT):
        response.delete_cookie(name, path="/", httponly=True, samesite="strict", secure=visitor.secure)
