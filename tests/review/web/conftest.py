"""The application over a small run, with drawn pages and four people."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from datetime import timezone
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from review import Station
from review.web import WebSettings, create_app

sys.path.insert(0, str(Path(__file__).parent))
from web_client import PASSWORD, DrawnPages, Visitor

FIRST = "a/forms/01-甲.json"


@pytest.fixture
def hall(out: Path, clock: Any) -> Iterator[Station]:
    """A station on SQLite with people."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    station = Station.open(out, clock=clock, rng=random.Random(0), audit_share=0.0, zone=timezone.utc, hasher=cheap)
    for name, role in (("anna", "reviewer"), ("bo", "reviewer"), ("chief", "senior"), ("rita", "reader")):
        station.add_user(name, role, PASSWORD)  # type: ignore[arg-type]
    yield station
    station.close()


@pytest.fixture
def pages() -> DrawnPages:
    return DrawnPages()


@pytest.fixture
def app_with(hall: Station, pages: DrawnPages, tmp_path: Path) -> Callable[..., Any]:
    def build(**options: Any) -> Any:
        return create_app(hall, pages, settings=WebSettings(cache=tmp_path / "cache", **options))

    return build


@pytest.fixture
def app(app_with: Callable[..., Any]) -> Any:
    return app_with()


@pytest.fixture
def stranger(app: Any) -> Visitor:
    return Visitor(app)


def _signed_in(app: Any, name: str) -> Visitor:
    visitor = Visitor(app)
    assert visitor.sign_in(name).status_code == 303
    return visitor


@pytest.fixture
def anna(app: Any) -> Visitor:
    return _signed_in(app, "anna")


@pytest.fixture
def bo(app: Any) -> Visitor:
    return _signed_in(app, "bo")


@pytest.fixture
def chief(app: Any) -> Visitor:
    return _signed_in(app, "chief")


@pytest.fixture
def rita(app: Any) -> Visitor:
    return _signed_in(app, "rita")
