"""The public door: pages in, forms and the kind of every page out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from forms import Form, PageContent, PageKind

from .assemble import assemble
from .captions import is_title
from .segments import segments
from .templates import Template, Vocabulary, builtin_templates, vocabulary
from .wording import best_likeness, fold

_TITLE = 0.9
_SHORT, _MANY = 12, 20
"""Characters of a cell's text, at most, and lines as short outside tables, at least, of a table that was not found."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The forms of a document in reading order, and for every page "form", "text" or "blank".

    ``lost``: the pages that a form should be on, and none was found: a person must look.
    """

    forms: tuple[Form, ...] = ()
    kinds: dict[int, PageKind] = field(default_factory=dict)
    lost: frozenset[int] = frozenset()


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
    lost: set[int] = set()
    for page in pages:
        if page.page not in on_forms and _should_be_form(page, words, after=page.page - 1 in on_forms | lost):
            lost.add(page.page)
    return Rebuilt(tuple(assemble(s, by_number, families, words) for s in found), kinds, frozenset(lost))


def _should_be_form(page: PageContent, words: Vocabulary, *, after: bool) -> bool:
    """Whether the title of a self-evaluation stands on a page, and a table or as many short lines as one has: of a
    table whose ruling lines are gone its texts are left. On a page right ``after`` one of a form these alone tell."""
    texts = [line.cell.text for line in page.lines]
    like_table = sum(1 <= len(fold(t)) <= _SHORT for t in texts) >= _MANY
    titled = any(
        is_title(t, words) and ("自评" in t or best_likeness(t, words.phrases("title")) >= _TITLE) for t in texts
    )
    return (titled and (bool(page.tables) or like_table)) or (after and not page.tables and like_table)


def _has_content(page: PageContent) -> bool:
    return bool(page.tables) or any(line.cell.text.strip() for line in page.lines)
