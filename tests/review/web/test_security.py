"""What strangers, other sites, other roles and odd paths cannot do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from web_client import ORIGIN, PASSWORD, Visitor, token_in

from forms import Form
from review import Station

FIRST = "a/forms/01-甲.json"
CELL = {"form_id": FIRST, "address": "total.score"}
DECISION = {**CELL, "version": 0, "seconds": 1}
WRITES = {
    "/api/next": {},
    "/api/take": CELL,
    "/api/renew": CELL,
    "/api/confirm": {**DECISION, "text": "95.00"},
    "/api/unreadable": DECISION,
    "/api/postpone": DECISION,
    "/api/key": {**CELL, "text": "1"},
    "/api/accept": {"form_id": FIRST, "rule": "rate", "cells": ["funds.0.rate"], "note": "so printed"},
    "/api/undo": {},
    "/api/wall": {"key": "—"},
    "/api/group": {"keep": [{**CELL, "version": 0}], "odd": []},
}
MANAGES = {
    "/api/critical": {"patterns": ["total.score"]},
    "/api/users": {"name": "mallory", "password": PASSWORD},
    "/api/user": {"name": "anna", "action": "disable"},
    "/api/export": {},
}
PAGES = ("/queue", "/review", "/forms", "/groups", "/keying", "/statistics", "/users", f"/form/{quote(FIRST)}")
READS = ("/api/counts", "/api/queue", f"/api/form?form_id={quote(FIRST)}", "/api/groups", "/api/statistics")
PICTURES = ("/pictures/crop/a?page=1&box=100,40,300,70", "/pictures/tile/a?page=1&z=0&x=0&y=0")


def entries(station: Station) -> int:
    return len(station.history(FIRST))


# ---- strangers


@pytest.mark.parametrize("path", PAGES)
def test_a_page_sends_strangers_to_the_door(stranger: Visitor, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("path", [*READS, *PICTURES])
def test_strangers_read_nothing(stranger: Visitor, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 401
    assert answer.json()["error"] == "signin"


@pytest.mark.parametrize("path", [*WRITES, *MANAGES])
def test_strangers_write_nothing(stranger: Visitor, hall: Station, path: str) -> None:
    stranger.token = token_in(stranger.get("/sign-in").text)  # a valid token, but nobody's
    assert stranger.post(path, {**WRITES, **MANAGES}[path]).status_code == 401
    assert entries(hall) == 0


def test_every_route_but_the_door_needs_a_person(app: Any, stranger: Visitor) -> None:
    """No route is forgotten: whatever is served without signing in is on this list."""
    public = {"/", "/sign-in", "/sign-out", "/link/{token}", "/favicon.ico"}
    stranger.token = token_in(stranger.get("/sign-in").text)
    routes = [(path, method) for path, methods in app._app.openapi()["paths"].items() for method in methods]
    assert len(routes) > 30
    bodies = {**WRITES, **MANAGES, "/api/release": {"cells": []}, "/api/preview": {**CELL, "text": "1"}}
    queries = {"/api/form": "form_id=x", "/api/history": "form_id=x", "/pictures/crop/a": "page=1&box=1,1,2,2"}
    queries["/pictures/tile/a"] = "page=1&z=0&x=0&y=0"
    for path, method in routes:
        if path in public or path.startswith("/static/"):
            continue
        plain = path.replace("{form_id}", FIRST).replace("{document}", "a")
        if method == "post":
            answer = stranger.post(plain, bodies[path])
        else:
            answer = stranger.get(f"{plain}?{queries.get(plain, '')}")
        assert answer.status_code in (303, 401), (path, method)


# ---- other sites


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1:8001", "http://127.0.0.1"])
def test_other_sites_forge_nothing(anna: Visitor, hall: Station, origin: str) -> None:
    for path, body in WRITES.items():
        assert anna.post(path, body, origin=origin).status_code == 403
    assert entries(hall) == 0


def test_a_request_without_any_origin_is_refused(anna: Visitor, hall: Station) -> None:
    sent = {"x-csrf-token": anna.token}
    assert anna.client.post("/api/confirm", json=WRITES["/api/confirm"], headers=sent).status_code == 403
    assert entries(hall) == 0


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_a_request_without_the_token_is_refused(anna: Visitor, hall: Station, token: str) -> None:
    sent = {"origin": ORIGIN, "x-csrf-token": token.encode("utf-8")}
    answer = anna.client.post("/api/confirm", json=WRITES["/api/confirm"], headers=sent)  # type: ignore[arg-type]
    assert answer.status_code == 403
    assert answer.json()["error"] == "token"
    assert entries(hall) == 0


def test_a_token_of_another_session_is_refused(anna: Visitor, bo: Visitor, hall: Station) -> None:
    anna.token = bo.token
    assert anna.post("/api/confirm", WRITES["/api/confirm"]).status_code == 403
    assert entries(hall) == 0


def test_cross_site_fetches_are_refused_whatever_the_origin_says(anna: Visitor) -> None:
    assert anna.post("/api/next", {}, sec_fetch_site="cross-site").status_code == 403
    assert anna.post("/api/next", {}, sec_fetch_site="same-origin").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", ""])
def test_names_that_rebind_to_this_server_are_refused(app: Any, host: str) -> None:
    visitor = Visitor(app)
    assert visitor.get("/sign-in", headers={"host": host}).status_code == 400
    assert visitor.get("/static/x/base.css", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost:8000", "LOCALHOST", "[::1]:8000", "127.0.0.1"])
def test_its_own_names_are_heard(app: Any, host: str) -> None:
    assert Visitor(app).get("/sign-in", headers={"host": host}).status_code == 200


def test_more_names_can_be_allowed(app_with: Callable[..., Any]) -> None:
    visitor = Visitor(app_with(hosts=("Review.Example.org",)))
    assert visitor.get("/sign-in", headers={"host": "review.example.org"}).status_code == 200
    assert visitor.get("/sign-in", headers={"host": "localhost"}).status_code == 400


@pytest.mark.parametrize(
    "path", ["/sign-in", "/queue", "/api/counts", "/static/x/base.css", "/static/x/none.css", "/nowhere", *PICTURES]
)
def test_every_answer_carries_the_headers(anna: Visitor, path: str) -> None:
    headers = anna.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy and "http:" not in policy and "*" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("path", ["/sign-in", *PAGES])
def test_no_page_has_inline_script_or_style_or_third_parties(chief: Visitor, path: str) -> None:
    html = chief.get(path).text if path != "/sign-in" else Visitor(chief.client.app).get(path).text
    assert "<script>" not in html and "<style" not in html and " style=" not in html and " onclick=" not in html
    assert "https://" not in html and 'src="//' not in html


# ---- sessions


def test_the_session_is_renewed_at_sign_in(app: Any, hall: Station) -> None:
    """Session fixation: a session that somebody else has planted is never the signed-in one."""
    attacker = Visitor(app)
    attacker.sign_in("bo")
    planted = attacker.client.cookies["gouji_session"]
    victim = Visitor(app)
    victim.client.cookies.set("gouji_session", planted, domain="127.0.0.1", path="/")
    victim.get("/sign-in")
    page = victim.client.get("/sign-in")
    assert page.status_code == 303  # it is somebody's session already; sign out and in as oneself
    fields = {"csrf": token_in(victim.client.get("/queue").text), "name": "anna", "password": PASSWORD}
    assert victim.client.post("/sign-in", data=fields, headers={"origin": ORIGIN}).status_code == 303
    fresh = [c.value for c in victim.client.cookies.jar if c.name == "gouji_session"]
    assert planted not in fresh
    assert hall.session(planted) is None  # the planted one has ended
    assert hall.session(fresh[-1]).name == "anna"  # type: ignore[union-attr]


def test_an_invented_session_is_not_taken_over(app: Any) -> None:
    visitor = Visitor(app)
    visitor.client.cookies.set("gouji_session", "f" * 64, domain="127.0.0.1", path="/")
    visitor.client.cookies.set("gouji_visit", "planted", domain="127.0.0.1", path="/")
    fields = {"csrf": token_in(visitor.get("/sign-in").text), "name": "anna", "password": PASSWORD}
    answer = visitor.client.post("/sign-in", data=fields, headers={"origin": ORIGIN})
    assert answer.status_code == 303
    cookies = answer.headers.get_list("set-cookie")
    session = next(c for c in cookies if c.startswith("gouji_session="))
    assert "f" * 64 not in session
    assert "HttpOnly" in session and "samesite=strict" in session.lower() and "Path=/" in session
    assert any(c.startswith('gouji_visit=""') for c in cookies)


def test_signing_out_ends_the_session_at_the_server(anna: Visitor, hall: Station) -> None:
    session = anna.client.cookies["gouji_session"]
    answer = anna.client.post("/sign-out", data={"csrf": anna.token}, headers={"origin": ORIGIN})
    assert answer.status_code == 303
    assert hall.session(session) is None
    anna.client.cookies.set("gouji_session", session, domain="127.0.0.1", path="/")
    assert anna.get("/api/counts").status_code == 401


def test_cookies_are_secure_behind_https(app_with: Callable[..., Any]) -> None:
    visitor = Visitor(
        app_with(trusted_proxies=("10.0.0.0/8",)), address="10.1.2.3", headers={"x-forwarded-proto": "https"}
    )
    fields = {"csrf": token_in(visitor.get("/sign-in").text), "name": "anna", "password": PASSWORD}
    fields_origin = {"origin": ORIGIN.replace("http:", "https:")}
    visitor.client.cookies.set(
        "gouji_visit", _cookie(visitor.get("/sign-in"), "gouji_visit"), domain="127.0.0.1", path="/"
    )
    fields["csrf"] = token_in(visitor.get("/sign-in").text)
    answer = visitor.client.post("/sign-in", data=fields, headers=fields_origin)
    assert answer.status_code == 303
    assert "secure" in next(c for c in answer.headers.get_list("set-cookie") if "gouji_session" in c).lower()


def _cookie(answer: Any, name: str) -> str:
    found = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(f"{name}="))
    return str(found.partition("=")[2].partition(";")[0])


def test_a_one_time_link_opens_once(app: Any, hall: Station) -> None:
    link = f"/link/{hall.one_time_link('chief')}"
    first, second = Visitor(app), Visitor(app)
    assert first.get(link).status_code == 200
    assert first.get("/queue").status_code == 200
    assert second.get(link).status_code == 403
    assert second.get("/queue").status_code == 303
    assert first.get(link).status_code == 303  # who is in is not sent away by the old address


def test_a_one_time_link_does_not_live_long(app: Any, hall: Station, clock: Any) -> None:
    link = f"/link/{hall.one_time_link('chief')}"
    clock.forward(601)
    assert Visitor(app).get(link).status_code == 403


# ---- guessing


def test_guessing_is_slowed(app: Any, clock: Any) -> None:
    visitor = Visitor(app)
    statuses = [visitor.sign_in("anna", f"wrong password {n}").status_code for n in range(8)]
    assert statuses[:3] == [403, 403, 403]
    assert 429 in statuses
    answer = visitor.sign_in("anna", "wrong again, again")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert visitor.sign_in("anna").status_code == 429  # even with the right password
    clock.forward(int(answer.headers["retry-after"]) + 300)
    assert visitor.sign_in("anna").status_code == 303


def test_wrong_names_and_wrong_passwords_look_alike(app: Any) -> None:
    one, other = Visitor(app).sign_in("anna", "wrong password"), Visitor(app).sign_in("nobody", "wrong password")
    strip = [a.text.replace(token_in(a.text), "") for a in (one, other)]
    assert strip[0] == strip[1]
    assert one.status_code == other.status_code == 403


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/link/x"])
def test_signing_in_leads_to_no_other_site(app: Any, target: str) -> None:
    visitor = Visitor(app)
    fields = {"csrf": token_in(visitor.get("/sign-in").text), "name": "anna", "password": PASSWORD, "next": target}
    answer = visitor.client.post("/sign-in", data=fields, headers={"origin": ORIGIN})
    assert answer.headers["location"] == "/queue"


# ---- roles


@pytest.mark.parametrize("path", [p for p in WRITES if p not in ("/api/undo",)])
def test_readers_write_nothing(rita: Visitor, hall: Station, path: str) -> None:
    assert rita.post(path, WRITES[path]).status_code == 403
    assert entries(hall) == 0
    assert hall.counts().leased == 0


def test_readers_undo_nothing(rita: Visitor) -> None:
    assert rita.post("/api/undo").status_code == 403


@pytest.mark.parametrize("path", [p for p in PAGES if p != "/users"])
def test_readers_look(rita: Visitor, path: str) -> None:
    assert rita.get(path).status_code == 200


@pytest.mark.parametrize("path", MANAGES)
def test_reviewers_manage_nothing(anna: Visitor, hall: Station, path: str) -> None:
    before = hall.users()
    assert anna.post(path, MANAGES[path]).status_code == 403
    assert hall.users() == before
    assert hall.critical() == ()


def test_the_users_page_is_for_seniors(anna: Visitor, chief: Visitor) -> None:
    assert anna.get("/users").status_code == 403
    assert chief.get("/users").status_code == 200


def test_seniors_do_not_take_their_own_rights_away(chief: Visitor) -> None:
    assert chief.post("/api/user", {"name": "chief", "action": "disable"}).status_code == 400
    assert chief.post("/api/user", {"name": "chief", "action": "role", "role": "reader"}).status_code == 400


def test_a_person_who_is_locked_out_is_out_at_once(anna: Visitor, chief: Visitor) -> None:
    assert chief.post("/api/user", {"name": "anna", "action": "disable"}).status_code == 200
    assert anna.get("/api/counts").status_code == 401


# ---- proxies


def test_a_proxy_names_the_user(app_with: Callable[..., Any]) -> None:
    app = app_with(user_header="X-Remote-User", trusted_proxies=("10.0.0.1/32",))
    visitor = Visitor(app, address="10.0.0.1", headers={"x-remote-user": "anna"})
    page = visitor.get("/queue")
    assert page.status_code == 200
    visitor.token = token_in(visitor.get("/queue").text)
    assert visitor.post("/api/next").status_code == 200
    visitor.token = "0" * 64
    assert visitor.post("/api/next").status_code == 403


@pytest.mark.parametrize(
    ("address", "name"), [("10.0.0.2", "anna"), ("127.0.0.1", "anna"), ("10.0.0.1", "mallory"), ("10.0.0.1", "")]
)
def test_nobody_else_names_the_user(app_with: Callable[..., Any], address: str, name: str) -> None:
    app = app_with(user_header="X-Remote-User", trusted_proxies=("10.0.0.1/32",))
    assert Visitor(app, address=address, headers={"x-remote-user": name}).get("/queue").status_code == 303


def test_a_name_given_twice_is_nobody(app_with: Callable[..., Any]) -> None:
    app = app_with(user_header="X-Remote-User", trusted_proxies=("10.0.0.1/32",))
    visitor = Visitor(app, address="10.0.0.1")
    answer = visitor.client.get("/queue", headers=[("x-remote-user", "anna"), ("x-remote-user", "chief")])  # type: ignore[arg-type]
    assert answer.status_code == 303


def test_without_the_option_the_header_says_nothing(app_with: Callable[..., Any]) -> None:
    visitor = Visitor(app_with(trusted_proxies=("10.0.0.1/32",)), address="10.0.0.1", headers={"x-remote-user": "anna"})
    assert visitor.get("/queue").status_code == 303


def test_guesses_behind_a_proxy_are_counted_by_client(app_with: Callable[..., Any]) -> None:
    app = app_with(trusted_proxies=("10.0.0.1/32",))
    guesser = Visitor(app, address="10.0.0.1", headers={"x-forwarded-for": "1.2.3.4, 203.0.113.5"})
    for n in range(6):
        guesser.sign_in(f"nobody{n}", "wrong password")
    assert guesser.sign_in("anna").status_code == 429
    assert (
        Visitor(app, address="10.0.0.1", headers={"x-forwarded-for": "203.0.113.9"}).sign_in("anna").status_code == 303
    )


# ---- paths


ODD_PATHS = [
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "a/forms/../../secret.json",
    "a/forms/..%5c..%5csecret.json",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "a/forms/01-甲.json%00.png",
    "a/pages.json",
    "a/forms/none.json",
]


@pytest.fixture
def secret(out: Path) -> Path:
    path = out.parent / "secret.json"
    path.write_text('{"secret": "hunter2"}')
    return path


@pytest.mark.parametrize("path", ODD_PATHS)
def test_no_path_outside_the_run(chief: Visitor, secret: Path, path: str) -> None:
    for address in (f"/form/{path}", f"/api/form?form_id={path}", f"/static/x/{path}", f"/pictures/crop/{path}"):
        answer = chief.get(address if "crop" not in address else f"{address}?page=1&box=1,1,2,2")
        assert answer.status_code in (303, 400, 404), address
        assert "hunter2" not in answer.text and "root:" not in answer.text
    body = {"form_id": path, "address": "total.score"}
    assert chief.post("/api/take", body).status_code in (400, 404)


def test_no_link_outside_the_run(chief: Visitor, hall: Station, out: Path, secret: Path) -> None:
    (out / "a/forms/03-link.json").symlink_to(secret)
    hall.refresh()
    assert "hunter2" not in chief.get("/form/a/forms/03-link.json").text
    assert chief.get("/form/a/forms/03-link.json").status_code == 404


# ---- content


def test_script_in_a_cell_is_text(
    chief: Visitor, hall: Station, out: Path, small: Callable[..., Form], put_run: Callable[..., Path]
) -> None:
    script = '<script>alert(1)</script>"><img src=x onerror=alert(2)>{{7*7}}'
    put_run(out, {"a/forms/01-甲.json": small(script, {"project": 0.5})})
    hall.refresh()
    for path in ("/forms", f"/form/{quote(FIRST)}", "/queue"):
        html = chief.get(path).text
        assert "<script>alert" not in html and "<img src=x" not in html and ">49<" not in html
    assert "&lt;script&gt;alert(1)" in chief.get("/forms").text
    answer = chief.get(f"/api/form?form_id={quote(FIRST)}")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["cells"]["project"]["text"] == script


def test_filters_in_the_address_are_text(anna: Visitor) -> None:
    nasty = "'\"><script>alert(1)</script>"
    html = anna.get(f"/review?text={quote(nasty)}").text
    assert "<script>alert" not in html
    html = anna.get(f"/forms?document={quote(nasty)}").text
    assert "<script>alert" not in html


def test_errors_tell_nothing_of_the_inside(
    app: Any, anna: Visitor, hall: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(hall, "statistics", broken)
    monkeypatch.setattr(hall, "audit_estimate", broken)
    for path in ("/api/statistics", "/statistics"):
        answer = anna.get(path)
        assert answer.status_code == 500
        assert "secret inside" not in answer.text and "Traceback" not in answer.text and ".py" not in answer.text
    assert json.loads(anna.get("/api/statistics").text)["error"] == "server"


def test_what_is_too_large_is_refused(anna: Visitor, hall: Station) -> None:
    assert anna.post("/api/confirm", {**DECISION, "text": "1" * 300_000}).status_code == 413
    assert anna.post("/api/confirm", {**DECISION, "text": "1" * 10_001}).status_code == 400
    assert entries(hall) == 0


@pytest.mark.parametrize(
    "body", [{}, {**DECISION}, {**DECISION, "text": "1", "more": 1}, [], "x", {**DECISION, "text": 1}]
)
def test_bodies_of_another_form_are_refused(anna: Visitor, body: Any) -> None:
    answer = anna.post("/api/confirm", body)
    assert answer.status_code == 400
    assert answer.json()["error"] == "input"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(anna: Visitor, method: str) -> None:
    assert anna.client.request(method, "/api/confirm", headers={"origin": ORIGIN}).status_code == 405


def test_uploads_are_not_taken(app: Any) -> None:
    visitor = Visitor(app)
    token = token_in(visitor.get("/sign-in").text)
    files = {"csrf": (None, token), "name": (None, "anna"), "password": (None, PASSWORD)}
    answer = visitor.client.post("/sign-in", files=files, headers={"origin": ORIGIN})  # type: ignore[arg-type]
    assert answer.status_code == 403
