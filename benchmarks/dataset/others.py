"""``python -m benchmarks.dataset.others --out DIR``: tables that are no evaluation form, in every way of ruling them.

Writes scan folders and ``grids/`` as ``benchmarks.dataset.build`` does; ``scan.json`` names kind and style under
``layouts``. ``benchmarks.metrics.structure`` scores what is made of them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from . import damage as damages
from .build import SEEDS, Document, write
from .corpus import Split
from .look import make_look
from .others_rules import STYLES, Style, draw_rules
from .others_tables import OTHERS
from .spec import Block, LineSpec
from .typeset import typeset

LANDSCAPE = ("settlement", "tax-invoice", "sectioned-balance", "budget")


def make_other(name: str, seed: int, split: Split, kind: str, style: Style, *, dpi: int = 200) -> Document:
    """A document of one such table. Raises ``FileNotFoundError`` when the fonts are not installed."""
    rng = Random(SEEDS[split] + seed)
    other = OTHERS[kind](rng, split)
    look = make_look(rng, split, landscape=kind in LANDSCAPE, dpi=dpi)
    look = replace(look, rules="none", frame="same", size=min(look.size, 9.5), break_style="closed", split_rows=False)
    above = (LineSpec(other.title, 1.6, bold=True), LineSpec(other.note, align="right"))
    block = Block(above, other.table, (LineSpec("制表人：　　　　　审核人：　　　　　日期：", align="left"),))
    pages = []
    for number, (image, truth) in enumerate(typeset([("", block)], look)):
        for table in truth.tables:
            image = draw_rules(image, table, style, look, header=other.header if number == 0 else 0)
        pages.append((image, truth))
    return Document(name, tuple(pages), (), look, (kind, style))


def build_others(
    out: Path, *, seed: int, split: Split, asked: Sequence[damages.Damage] = ((),),
    kinds: Sequence[str] = tuple(OTHERS), styles: Sequence[Style] = STYLES,
) -> Iterator[Path]:  # fmt: skip
    """Write one document for every kind, style and damage; yields the folders."""
    for k, kind in enumerate(kinds):
        for s, style in enumerate(styles):
            document = make_other(f"o{seed}.{kind}.{style}", seed * 10_000 + 100 * k + s, split, kind, style)
            for damage in asked:
                yield write(document, damage, out, seed)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.dataset.others", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--split", choices=("fit", "test"), default="test")
    parser.add_argument("--kinds", nargs="+", choices=sorted(OTHERS), default=list(OTHERS))
    parser.add_argument("--styles", nargs="+", choices=STYLES, default=list(STYLES))
    parser.add_argument("--damage", nargs="+", default=["clean"], metavar="KIND:SEVERITY[+…]")
    a = parser.parse_args(argv)
    try:
        asked = [damages.parse(part) for part in a.damage]
    except ValueError as error:
        parser.error(str(error))
    for folder in build_others(a.out, seed=a.seed, split=a.split, asked=asked, kinds=a.kinds, styles=a.styles):
        sys.stdout.write(f"{folder}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
