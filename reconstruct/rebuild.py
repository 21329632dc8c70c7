"""The public door: pages in, forms and the kind of every page out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from forms import Form, PageContent, PageKind, Table

from .assemble import assemble
from .doubles import doubles
from .folios import Numbering
from .segments import Segment, segments
from .spreads import Unfolded, unfolded
from .strays import lost, stray
from .templates import Template, builtin_templates, vocabulary

DOUBLE = (
    "This page holds what page {first} holds ({file}), numbers and all: it seems to have been scanned twice, and was "
    "taken once. Look whether the two are the same."
)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The forms of a document in reading order, and for every page "form", "text" or "blank".

    ``reasons``: why a person must look at a page: a form should be on it, and none was found; or it was scanned twice.
    """

    forms: tuple[Form, ...] = ()
    kinds: dict[int, PageKind] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)


def rebuild(pages: Sequence[PageContent], templates: Sequence[Template] | None = None) -> Rebuilt:
    """Rebuild the forms that stand on the pages of one document.

    ``pages`` are in reading order with distinct numbers. ``templates`` are the families to think of, the user's own
    first; the built-in ones where none are given. Nothing is raised for doubtful data: cells whose place is doubtful
    have ``needs_review`` and say why in ``reasons``. A table that is no such form leaves its page "text".
    """
    families = tuple(builtin_templates() if templates is None else templates)
    unfold = unfolded(pages)
    found = _rebuilt(unfold, families)
    if len(unfold.pages) == len(pages):
        return found
    forms = tuple(unfold.form(form) for form in found.forms)
    return Rebuilt(forms, unfold.kinds(found.kinds), unfold.reasons(found.reasons))


def _rebuilt(unfold: Unfolded, families: Sequence[Template]) -> Rebuilt:
    pages, words = unfold.pages, vocabulary(families)
    by_number = {page.page: page for page in pages}
    twice = doubles(pages)
    once = [page for page in pages if page.page not in twice]
    of_forms, left = segments(once, words)
    numbering = Numbering.of(once)
    found = [_in_order(segment, numbering) for segment in of_forms]
    on_forms = {number for segment in found for number in segment.pages}
    kinds: dict[int, PageKind] = {
        page.page: "form" if page.page in on_forms else "text" if _has_content(page) else "blank" for page in once
    }
    strays: defaultdict[int, list[Table]] = defaultdict(list)
    for table in left:
        strays[table.page].append(table)
    reasons: dict[int, str] = {}
    before = 0
    for page in once:
        after = before in on_forms or before in reasons
        if reason := stray(strays[page.page], words) or (
            "" if page.page in on_forms else lost(page, words, after=after)
        ):
            reasons[page.page] = reason
        before = page.page
    for later, first in twice.items():
        kinds[later] = kinds[first]
        reasons[later] = DOUBLE.format(first=unfold.sheet[first], file=by_number[first].file)
    return Rebuilt(tuple(assemble(s, by_number, families, words) for s in found), kinds, reasons)


def _in_order(segment: Segment, numbering: Numbering) -> Segment:
    """The segment with the doubt that the printed page numbers raise."""
    doubt = numbering.misplaced(segment.pages, ended=segment.is_complete)
    return replace(segment, doubt="; ".join(filter(None, (segment.doubt, doubt))))


def _has_content(page: PageContent) -> bool:
    return bool(page.tables) or any(line.cell.text.strip() for line in page.lines)
