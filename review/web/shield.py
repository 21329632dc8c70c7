"""What every request passes first and every answer carries: host and origin checks, size limit, headers.

One ASGI layer around the whole application, so that no route can forget it. Methods: the Host check stops DNS
rebinding (a foreign name that resolves to this server), the Origin check stops forged cross-site requests together
with the token of ``visitors`` and the cookie's ``SameSite=Strict``; see OWASP, "Cross-Site Request Forgery
Prevention" and "DNS Rebinding".
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .settings import WebSettings

SAFE_METHODS = ("GET", "HEAD")
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Shield:
    """The outermost layer. Answers 400 to an unknown host, 403 to a foreign origin, 413 to a body beyond the limit."""

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no web sockets here
            return
        scope = self._behind_proxy(scope)
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, _with_headers(send))
            return
        await self._app(scope, _limited(receive, self._settings.body_bytes), _with_headers(send))

    def _behind_proxy(self, scope: Scope) -> Scope:
        """The scope with the client's own address and scheme where a trusted proxy tells them."""
        client = scope.get("client")
        if client is None or not self._settings.trusts(client[0]):
            return {**scope, "gouji.proxy": False, "scheme": self._scheme("http")}
        headers = Headers(scope=scope)
        # The nearest address that is no trusted proxy: what stands further left in the header anybody can write.
        hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        address = next((hop for hop in reversed(hops) if not self._settings.trusts(hop)), client[0])
        scheme = self._scheme(headers.get("x-forwarded-proto", "http").lower())
        return {**scope, "client": (address, client[1]), "scheme": scheme, "gouji.proxy": True}

    def _scheme(self, told: str) -> str:
        if self._settings.secure == "auto":
            return "https" if told == "https" else "http"
        return "https" if self._settings.secure == "yes" else "http"

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or host_name(hosts[0]) not in self._settings.hosts:
            return PlainTextResponse("This server is not called by that name (see --allow-host).", 400)
        if scope["method"] in SAFE_METHODS:
            return None
        if scope["method"] != "POST":
            return PlainTextResponse("Only GET and POST are served.", 405, {"allow": "GET, HEAD, POST"})
        if not _same(headers.get("origin"), hosts[0]):
            return PlainTextResponse("The request comes from another site.", 403)
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return PlainTextResponse("The request comes from another site.", 403)
        return None


def host_name(host: str) -> str:
    """The name in a ``Host`` header, lower case, without the port; an IPv6 address keeps its brackets."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[: host.find("]") + 1]
    return host.partition(":")[0]


def _same(origin: str | None, host: str) -> bool:
    """True when an origin names this host and port; the scheme may differ where a proxy ends https."""
    if not origin or origin == "null":
        return False
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower() and not parts.path


def _limited(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise HTTPException(413, "The request is too large.")
        return message

    return counted


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending
