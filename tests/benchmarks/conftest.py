"""Fonts that need no system package: Pillow's own, so that these tests run anywhere and fast."""

from dataclasses import dataclass
from functools import lru_cache

import pytest
from PIL import ImageFont

from benchmarks.dataset import look


@lru_cache(maxsize=8)
def builtin(px):
    return ImageFont.load_default(px)


@dataclass(frozen=True)
class BuiltInFonts:
    name: str = "built-in"

    def face(self, char, px):
        return builtin(px)


@pytest.fixture
def fonts():
    return BuiltInFonts()


@pytest.fixture
def no_system_fonts(monkeypatch):
    monkeypatch.setattr(look, "pick_fonts", lambda rng, split: BuiltInFonts())
