"""What befalls a pile of paper, and whether anybody is told: pages left out, scanned twice, out of order.

    python -m benchmarks.piles RESULTS…

RESULTS are folders that ``gouji run`` wrote. Every document of two pages and more is put together again from what was
read of its pages, once as it is and once after each mishap; nothing is read anew. A pile is *altered* where a form is
not what it was, is there twice, or is gone though its pages are there, and where pages of a form are not there. It is
*told* where a page, or a cell or finding of an altered form, says what that form and no page said before.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from forms import Form, PageContent
from gouji.judge import judge
from gouji.legible import marked
from gouji.spool import NAME, stored_pages
from reconstruct import rebuild
from scoring import ReviewSettings

Order = Callable[[list[int]], list[int]]

MISHAPS: dict[str, Order] = {
    "first page missing": lambda p: p[1:],
    "second page missing": lambda p: p[:1] + p[2:],
    "last page missing": lambda p: p[:-1],
    "second and third exchanged": lambda p: [*p[:1], *p[2:3], *p[1:2], *p[3:]],
    "turned round": lambda p: p[::-1],
    "first page twice": lambda p: p[:1] + p,
    "second page twice": lambda p: p[:2] + p[1:],
    "all pages twice": lambda p: p + p,
}
"""A pile's pages by their numbers, and what is left of them in which order."""

_SURENESS = re.compile(r"[\d.]+ ?% sure")


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a pile."""

    mishap: str
    altered: bool
    told: bool


_Texts = tuple[tuple[str, str], ...]
"""The addresses of a form's cells, and their texts."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What was made of a pile: its forms, and why a person must look at some of its pages."""

    forms: tuple[Form, ...]
    reasons: Counter[str]

    @property
    def texts(self) -> Counter[_Texts]:
        return Counter(map(_texts, self.forms))


def fates(pages: Sequence[PageContent]) -> Iterator[Fate]:
    """One for each mishap that changes the pile; ``pages`` are a document's, in order."""
    usual = _outcome(pages)
    numbers = list(range(len(pages)))
    for mishap, order in MISHAPS.items():
        left = order(numbers)
        if left == numbers:
            continue
        found = _outcome([pages[i].counted(number) for number, i in enumerate(left, 1)])
        kept = {pages[i].page for i in left}
        own = [(_texts(form), {s.page for s in form.sources}) for form in usual.forms]
        whole = Counter(texts for texts, on in own if on <= kept)
        torn = any(on & kept and not on <= kept for _, on in own)
        altered = torn or bool(found.texts - usual.texts or whole - found.texts)
        yield Fate(mishap, altered, _is_told(usual, found))


def _is_told(usual: _Outcome, found: _Outcome) -> bool:
    if found.reasons - usual.reasons:
        return True
    new = [form for form in found.forms if _texts(form) not in usual.texts]
    return any(_said(form) - _said(_nearest(form, usual.forms)) for form in new)


def _nearest(form: Form, forms: Sequence[Form]) -> Form | None:
    """That of the forms which shares the most texts with this one."""
    texts = set(_texts(form))
    return max(forms, key=lambda other: len(texts & set(_texts(other))), default=None)


def _said(form: Form | None) -> set[str]:
    """All that a person is told of a form, but for how sure its texts are."""
    if form is None:
        return set()
    said = {reason for _, cell in form.cells() for reason in cell.reasons if not _SURENESS.search(reason)}
    return said | {f"{finding.rule}: {finding.found}, not {finding.expected}" for finding in form.findings}


def _outcome(pages: Sequence[PageContent]) -> _Outcome:
    found = rebuild(pages)
    doubted = [page.page for page in pages if page.doubts]
    forms = tuple(marked(judge(form, None, ReviewSettings()), doubted) for form in found.forms)
    return _Outcome(forms, Counter(found.reasons.values()))


def _texts(form: Form) -> _Texts:
    return tuple((address, cell.text) for address, cell in form.cells())


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.piles", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("results", type=Path, nargs="+", help="folders that `gouji run` wrote")
    parser.add_argument("--list", action="store_true", help="name every pile that was altered and not told")
    a = parser.parse_args(argv)
    piles: Counter[str] = Counter()
    altered: Counter[str] = Counter()
    untold: Counter[str] = Counter()
    for path in sorted(p for root in a.results for p in root.rglob(NAME)):
        pages = [page.content for page in stored_pages(path)]
        if len(pages) < 2:
            continue
        for fate in fates(pages):
            piles[fate.mishap] += 1
            altered[fate.mishap] += fate.altered
            untold[fate.mishap] += fate.altered and not fate.told
            if a.list and fate.altered and not fate.told:
                print(f"{path.parent}: {fate.mishap}", file=sys.stderr)
    print("| mishap | piles | altered | told nowhere |\n|---|---:|---:|---:|")
    for mishap in MISHAPS:
        print(f"| {mishap} | {piles[mishap]} | {altered[mishap]} | {untold[mishap]} |")
    print(f"| all | {piles.total()} | {altered.total()} | {untold.total()} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
