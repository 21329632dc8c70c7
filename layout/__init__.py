"""Pixels to an upright page, its ruling lines, its cells with spans, and the lines of text in them."""

from .analyse import (
    PageLayout,
    TableLayout,
    lay_out,
    line_images,
    lines_in,
    outside_tables,
    page_elements,
)
from .cellmask import DIRTY, Scale
from .documents import Document, DocumentSearch, Skipped, find_all_documents, find_documents
from .faint import faint_table
from .ink import grey_of
from .load import count_pages, load_page, load_pages
from .load_settings import LoadSettings
from .page import PageImage
from .plain import plain_lines
from .sheet import Sheet, lies_on_side, sheet_of
from .textlines import CellInk, Line
from .upright import make_upright

__all__ = [
    "DIRTY",
    "CellInk", "Document", "DocumentSearch", "Line", "LoadSettings", "PageImage", "PageLayout", "Scale", "Sheet",
    "Skipped", "TableLayout", "count_pages", "faint_table", "find_all_documents", "find_documents", "grey_of",
    "lay_out", "lies_on_side", "line_images", "lines_in", "load_page", "load_pages", "make_upright", "outside_tables",
    "page_elements", "plain_lines", "sheet_of",
]  # fmt: skip
