"""The settings of a run: small, immutable, validated when built."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from layout import LoadSettings
from ocr import EngineOptions
from scoring import ReviewSettings

from .memory import LEAST


class RunSettings(BaseModel):
    """What ``gouji run`` was asked to do.

    ``max_error``, ``max_error_text``: silent errors allowed per numeric and per text cell; as few cells as keep to that
    go to a reviewer. ``review_below``: cells less sure than this go there in any case.
    ``workers``: pages read at once, each by a process of its own with one thread.
    ``page_seconds``: a page that takes longer is given up. ``worker_memory``: bytes that a process may hold;
    ``worker_pages``: after so many it is replaced.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    review_below: float = Field(default=0.9, ge=0.0, le=1.0)
    max_error: float = Field(default=1e-4, ge=0.0, le=1.0)
    max_error_text: float = Field(default=1e-3, ge=0.0, le=1.0)
    workers: int = Field(default_factory=lambda: max(1, os.cpu_count() or 1), ge=1)
    overlays: bool = False
    overwrite: bool = False
    page_seconds: float = Field(default=300.0, gt=0)
    worker_memory: int | None = Field(default=None, ge=LEAST)
    worker_pages: int = Field(default=1000, ge=1)
    templates: tuple[Path, ...] = ()
    rulebook: Path | None = None
    load: LoadSettings = LoadSettings()
    engine: EngineOptions = EngineOptions()

    @property
    def review(self) -> ReviewSettings:
        """What sends a cell of a form to a reviewer."""
        return ReviewSettings(self.max_error, self.max_error_text, never_above=1.0 - self.review_below)

    def as_text(self) -> dict[str, str]:
        """The settings as they go into ``run.json``."""
        return {name: str(value) for name, value in self}
