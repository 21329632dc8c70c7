"""The settings of a run: small, immutable, validated when built."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from layout import LoadSettings
from ocr import EngineOptions


class RunSettings(BaseModel):
    """What ``gouji run`` was asked to do. ``review_below``: cells less sure than this go to a reviewer.

    ``workers``: pages read at once, each by a process of its own with one thread.
    ``page_seconds``: a page that takes longer is given up.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    review_below: float = Field(default=0.9, ge=0.0, le=1.0)
    max_error: float = Field(default=1e-3, gt=0.0, lt=1.0)
    workers: int = Field(default_factory=lambda: max(1, os.cpu_count() or 1), ge=1)
    overlays: bool = False
    overwrite: bool = False
    page_seconds: float = Field(default=300.0, gt=0)
    templates: tuple[Path, ...] = ()
    rulebook: Path | None = None
    load: LoadSettings = LoadSettings()
    engine: EngineOptions = EngineOptions()

    def as_text(self) -> dict[str, str]:
        """The settings as they go into ``run.json``."""
        return {name: str(value) for name, value in self}
