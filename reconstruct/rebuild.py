"""The public door: pages in, forms and the kind of every page out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from forms import Form, PageContent, PageKind

from .assemble import assemble
from .segments import segments
from .templates import Template, builtin_templates, vocabulary


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The forms of a document in reading order, and for every page "form", "text" or "blank"."""

    forms: tuple[Form, ...] = ()
    kinds: dict[int, PageKind] = field(default_factory=dict)


def rebuild(pages: Sequence[PageContent], templates: Sequence[Template] | None = None) -> Rebuilt:
    """Rebuild the forms that stand on the pages of one document.

    ``pages`` are in reading order with distinct numbers. ``templates`` are the families to think of, the user's own
    first; the built-in ones where none are given. Nothing is raised for doubtful data: cells whose place is doubtful
    have ``needs_review`` and say why in ``reasons``. A table that is no such form leaves its page "text".
    """
    families = tuple(builtin_templates() if templates is None else templates)
    words = vocabulary(families)
    by_number = {page.page: page for page in pages}
    found = segments(pages, words)
    on_forms = {number for segment in found for number in segment.pages}
    kinds: dict[int, PageKind] = {
        page.page: "form" if page.page in on_forms else "text" if _has_content(page) else "blank" for page in pages
    }
    return Rebuilt(tuple(assemble(s, by_number, families, words) for s in found), kinds)


def _has_content(page: PageContent) -> bool:
    return bool(page.tables) or any(line.cell.text.strip() for line in page.lines)
