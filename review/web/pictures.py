"""Crops and tiles of the run's scans with their addresses: cut when first asked for, kept on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from forms import Box

from .cache import PageCache, PictureCache
from .cuts import TILE, Crop, crop_of, cut, cut_line, levels, tile
from .pages import PageImages, PageInfo, Pixels, ScanMissing
from .settings import WebSettings

CONTEXTS = {"near": 1.0, "wide": 5.0, "tight": 0.12}
"""How much around a cell is shown, by the name that addresses use; ``tight`` is cut to its line of text."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's bytes (JPEG) and its entity tag."""

    data: bytes
    tag: str


class Pictures:
    """Cuts pictures of the pages that ``pages`` brings. Safe to use from several threads."""

    def __init__(self, pages: PageImages, settings: WebSettings) -> None:
        self._pages = pages
        self._decoded = PageCache(settings.pages_bytes)
        self._cut = PictureCache(settings.cache, settings.cache_bytes)

    def pages(self, document: str) -> tuple[PageInfo, ...]:
        return self._pages.pages(document)

    def info(self, document: str, page: int) -> PageInfo:
        """The page; ``ScanMissing`` when the document has none of that number."""
        found = next((p for p in self._pages.pages(document) if p.page == page), None)
        if found is None:
            raise ScanMissing(f"{document} has no page {page}.")
        return found

    def crop(self, document: str, page: int, box: Box, context: str) -> Picture:
        """The crop around ``box``; raises ``ScanMissing``."""
        info = self.info(document, page)
        name = PictureCache.name("crop 2", document, page, info.version, info.turn, box.pixels(), context)
        shape = crop_of(info, box, CONTEXTS[context])
        way = cut_line if context == "tight" else cut
        return Picture(self._cut.get(name, lambda: way(self._pixels(document, info), shape)), name[:20])

    def tile(self, document: str, page: int, level: int, column: int, row: int) -> Picture | None:
        """The tile, or None where the page has none; raises ``ScanMissing``."""
        info = self.info(document, page)
        outside = not 0 <= level < levels(info.width, info.height) or column < 0 or row < 0
        if outside or column * (TILE << level) >= info.width or row * (TILE << level) >= info.height:
            return None
        name = PictureCache.name("tile 1", document, page, info.version, level, column, row)

        def make() -> bytes:
            made = tile(self._pixels(document, info), level, column, row)
            if made is None:
                raise ScanMissing(f"{document}, page {page}: its size has changed since the run.")
            return made

        return Picture(self._cut.get(name, make), name[:20])

    def _pixels(self, document: str, info: PageInfo) -> Pixels:
        return self._decoded.get((document, info.page, info.version), lambda: self._pages.pixels(document, info.page))

    def crop_view(self, document: str, page: int, box: Box, context: str) -> dict[str, Any] | None:
        """What a page needs to show the crop before its picture is there: address, size, and the cell's place in it.

        None for a cell that stands on no page (or on one that the run does not know).
        """
        try:
            info = self.info(document, page)
        except ScanMissing:
            return None
        shape: Crop = crop_of(info, box, CONTEXTS[context])
        width, height = shape.size
        query = {"page": page, "box": ",".join(map(str, box.pixels())), "size": context, "v": info.version}
        return {
            "url": f"/pictures/crop/{quote(document)}?{urlencode(query)}",
            "width": width,
            "height": height,
            "mark": [round(v, 5) for v in shape.mark],
        }

    def page_view(self, document: str, info: PageInfo) -> dict[str, Any]:
        """What the viewer needs of a page."""
        return {
            "page": info.page,
            "width": info.width,
            "height": info.height,
            "turn": info.turn,
            "file": info.file,
            "kind": info.kind,
            "levels": levels(info.width, info.height),
            "tile": TILE,
            "url": f"/pictures/tile/{quote(document)}",
            "version": info.version,
        }
