"""``gouji review`` and its helpers: builds the station, the scans and the web application, and serves them."""

from __future__ import annotations

import contextlib
import getpass
import ipaddress
import re
import socket
import sys
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from forms import UsageError
    from review import Station
    from review.web import WebSettings


def _wrong(reason: str) -> UsageError:
    """The error; its class is loaded when it is needed, not for ``gouji --help``."""
    from forms import UsageError

    return UsageError(reason)


Out = Annotated[Path, typer.Argument(help="The folder that `gouji run -o` wrote.", show_default=False)]
Url = Annotated[
    str | None,
    typer.Option(help="postgresql://… instead of OUT/review.sqlite, for teams on a server.", show_default=False),
]
users = typer.Typer(help="The people of a review station.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of the review station to the command line."""
    app.command(help="Open the review station of a run in the browser.")(review)
    app.command("review-export", help="Write the forms of a run as they stand after the review.")(review_export)
    app.add_typer(users, name="review-users")


def review(
    out: Out,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free port.")] = 0,
    url: Url = None,
    browser: Annotated[bool, typer.Option(help="Open the station in the browser.")] = True,
    scans: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Where the scans are now, if they were moved.")
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(file_okay=False, help="Where cut pictures are kept.  [default: OUT/.review-cache]")
    ] = None,
    cache_mb: Annotated[int, typer.Option(min=0, help="At most so many megabytes of cut pictures.")] = 2000,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A name that browsers may call this server by, such as review.example.org.")
    ] = None,
    users_from_header: Annotated[
        str | None, typer.Option(help="A header in which a proxy names the user, such as X-Remote-User.")
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None, typer.Option(help="Address or network of a proxy whose headers are believed.")
    ] = None,
    audit_share: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Random cells per reviewed one that measure the silent errors.")
    ] = 0.02,
    rulebook: Annotated[Path | None, typer.Option(help="A TOML rulebook instead of the built-in one.")] = None,
) -> None:
    from review import Station
    from review.web import create_app
    from scoring import load_rulebook

    from .review_pages import RunPages

    rules = load_rulebook(rulebook) if rulebook else None
    station = Station.open(out, url, progress=_progress, audit_share=audit_share, rulebook=rules)
    for form, why in station.skipped.items():
        print(f"gouji: {form} is left out: {why}", file=sys.stderr)
    settings = _settings(out, host, cache, cache_mb, allow_host, users_from_header, trusted_proxy)
    listening = _listen(host, port)
    loopback = _is_loopback(host)
    if not loopback:
        _refuse_without_users(station, out)
    pages = RunPages(station.folder, scans)
    for message in pages.missing([name for name, _ in station.documents()[:3]])[:1]:
        print(f"gouji: {message}", file=sys.stderr)
    address = f"http://{_shown(host)}:{listening.getsockname()[1]}"
    link = f"{address}/link/{station.one_time_link(_owner(station))}" if loopback else address
    application = create_app(station, pages, settings=settings)
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C is how it is meant to end
        print(f"The review station runs at {address} (stop it with Ctrl-C).", flush=True)
        if loopback:
            print(f"Open it once, within ten minutes, by {link}", flush=True)
        _serve(application, listening, link if browser and loopback else None)
    station.close()


def review_export(
    out: Out,
    destination: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="A folder for a whole run tree.  [default: reviewed/ in every document]"),
    ] = None,
    url: Url = None,
) -> None:
    from review import Station

    station = Station.open(out, url, progress=_progress)
    paths = station.export(destination)
    print(f"{len(paths)} forms written to {destination or f'{out}/<document>/reviewed'}.")
    station.close()


@users.command("add", help="Add a person who signs in with a password (asked for, or read from standard input).")
def add_user(
    out: Out,
    name: Annotated[str, typer.Argument(show_default=False)],
    role: Annotated[str, typer.Option(help="reviewer, senior or reader.")] = "reviewer",
    display: Annotated[str, typer.Option(help="The name that pages show.")] = "",
    password: Annotated[bool, typer.Option(help="--no-password: signs in through the proxy only.")] = True,
    url: Url = None,
) -> None:
    station = _station(out, url)
    user = station.add_user(name, _role(role), _password() if password else None, display)
    print(f"{user.name} may sign in as {user.role}.")
    station.close()


@users.command("list", help="List the people and their roles.")
def list_users(out: Out, url: Url = None) -> None:
    station = _station(out, url)
    for user in station.users():
        print(f"{user.name}\t{user.role}\t{user.display}\t{'locked out' if user.disabled else ''}".rstrip())
    station.close()


@users.command("disable", help="Lock a person out, at once.")
def disable_user(out: Out, name: str, url: Url = None) -> None:
    station = _station(out, url)
    station.disable(name)
    print(f"{name} is locked out.")
    station.close()


@users.command("enable", help="Let a person in again.")
def enable_user(out: Out, name: str, url: Url = None) -> None:
    station = _station(out, url)
    station.disable(name, False)
    print(f"{name} may sign in again.")
    station.close()


@users.command("password", help="Set a person's password; the person's sessions end.")
def set_password(out: Out, name: str, url: Url = None) -> None:
    station = _station(out, url)
    station.set_password(name, _password())
    print(f"The password of {name} is set.")
    station.close()


def _station(out: Path, url: str | None) -> Station:
    """The station without a look at the run's forms."""
    from review import Station

    return Station(out, url)


def _role(name: str) -> Any:
    if name not in ("reviewer", "senior", "reader"):
        raise _wrong(f"{name!r} is no role; there are reviewer, senior and reader.")
    return name


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password (10 characters or more)", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


def _progress(done: int, todo: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {todo} forms indexed", end="\n" if done == todo else "", file=sys.stderr, flush=True)


def _settings(
    out: Path,
    host: str,
    cache: Path | None,
    cache_mb: int,
    hosts: list[str] | None,
    header: str | None,
    proxies: list[str] | None,
) -> WebSettings:
    from pydantic import ValidationError

    from review.web import WebSettings
    from review.web.settings import LOOPBACK_NAMES

    if header and not proxies:
        raise _wrong("--users-from-header needs --trusted-proxy: anybody could send that header otherwise.")
    own = () if host in ("0.0.0.0", "::") else (_shown(host),)
    try:
        return WebSettings(
            cache=cache or out / ".review-cache",
            cache_bytes=cache_mb * 1_000_000,
            hosts=(*LOOPBACK_NAMES, *own, *(hosts or ())),
            user_header=header,
            trusted_proxies=tuple(ipaddress.ip_network(p) for p in proxies or ()),
            title=out.resolve().name,
        )
    except (ValidationError, ValueError) as error:
        raise _wrong(f"These options cannot be used: {error}") from error


def _refuse_without_users(station: Station, out: Path) -> None:
    if not any(not user.disabled for user in station.users()):
        raise _wrong(
            "The station listens on other addresses than 127.0.0.1 only when it has users. "
            f"Add one first: gouji review-users add {out} NAME --role senior"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _owner(station: Station) -> str:
    """The person at this machine, who owns the run's files: a senior named after the account."""
    try:
        name = re.sub(r"[^\w.@+-]", "-", getpass.getuser()).lstrip("_.@+-")[:100]
    except (KeyError, OSError):
        name = ""
    return station.ensure_user(name or "local", "senior").name


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        reason = error.strerror or str(error)
        raise _wrong(f"The station cannot listen on {host}, port {port}: {reason}. Choose another --port.") from error
    return listening


def _serve(app: Any, listening: socket.socket, link: str | None) -> None:
    import uvicorn

    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    if link is not None:
        threading.Thread(target=webbrowser.open, args=(link,), daemon=True).start()
    uvicorn.Server(config).run(sockets=[listening])
