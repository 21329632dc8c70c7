"""Which family a form belongs to: weighed evidence from its own words, the nearest family where none fits well."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .captions import year_number
from .templates import Template
from .wording import best_likeness, compact

Facts = Mapping[str, Sequence[str]]
"""Kind of text ("title", "year", "level1", …) -> the texts of that kind in the form, as printed."""


def family_score(template: Template, facts: Facts) -> float:
    """The share (at most 1) of the family's evidence that the form shows; evidence against it counts below 0."""
    found = possible = 0.0
    for evidence in template.evidence:
        pattern = re.compile(evidence.pattern)
        possible += max(evidence.weight, 0.0)
        if any(pattern.search(compact(text)) for text in facts.get(evidence.where, ())):
            found += evidence.weight
    years = {year_number(t) for t in (*facts.get("year", ()), *facts.get("title", ()))} - {None}
    if template.years:
        possible += 1.0
        found += 1.0 if years & set(template.years) else 0.0
    titles = template.words.get("title", ())
    if titles:
        possible += 0.5
        found += 0.5 * max((best_likeness(t, titles[:1]) for t in facts.get("title", ()) if t), default=0.0)
    return found / possible if possible else 0.0


def choose_family(templates: Sequence[Template], facts: Facts) -> Template:
    """The family with the most evidence; the first of them where they are equal."""
    return max(templates, key=lambda t: family_score(t, facts))
