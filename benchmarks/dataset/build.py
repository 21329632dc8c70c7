"""``python -m benchmarks.dataset.build --out DIR --forms N --seed S``: scan folders with truth.

Writes ``scans/<doc>-<damage>/`` (pages, ``scan.json``), ``truth/<id>.json``, ``findings.json`` (the errors planted) and
``grids/<folder>/<page>.json`` (tables, cells, lines with boxes in px of the page as delivered).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image as Pictures

from . import damage as damages
from .content import TEMPLATES, Sample, make_sample, truth_dict
from .corpus import Split
from .fonts import font_set
from .form_layouts import make_layout
from .form_tables import form_block
from .look import Look, look_dict, make_look
from .plain_tables import PLAIN, plain_block
from .planted import RULES, plant
from .prose import prose_block
from .raster import Image, Rng
from .spec import Block
from .truth import PageTruth, moved, page_dict
from .typeset import typeset

SEEDS: dict[Split, int] = {"fit": 0, "test": 500_000_000}
NOTHING_GIVEN: Mapping[str, Any] = {}
LOOKS: Mapping[str, Callable[[str], Any]] = {
    "size": float, "leading": float, "padding": float, "line": float, "line_ink": int, "text_ink": int,
    "frame": {name: name for name in ("same", "thick", "double")}.__getitem__,
}  # fmt: skip
"""Fields of a look that can be given, and what makes their value of a text."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document before any damage: its pages with truth, its forms, and how it was printed."""

    name: str
    pages: tuple[tuple[Image, PageTruth], ...]
    samples: tuple[Sample, ...]
    look: Look
    layouts: tuple[str, ...]


def make_document(
    name: str, seed: int, split: Split, templates: tuple[str, ...] = TEMPLATES, *, forms: int | None = None,
    errors: float = 0.15, dpi: int = 200, given: Mapping[str, Any] = NOTHING_GIVEN,
) -> Document:  # fmt: skip
    """A document of one family, font and look, of one to three forms.

    ``errors`` is the share of forms that have an error of their own planted; ``given``: fields of the look that are not
    drawn at random.
    """
    rng = Random(SEEDS[split] + seed)
    template = rng.choice(templates)
    n = forms or rng.choice((1, 1, 2, 3))
    samples: list[Sample] = []
    blocks: list[tuple[str, Block]] = [("", prose_block(rng, split))] if rng.random() < 0.08 else []
    layouts: list[str] = []
    layout = make_layout(template, rng, split, False)
    for k in range(n):
        sample = make_sample(f"{name}-{k + 1:02d}", rng, template, split)
        layout = layout if k and not sample.style.basis else make_layout(template, rng, split, sample.style.basis)
        if rng.random() < errors:
            sample = plant(sample, rng.choice(RULES), rng) or sample
        samples.append(sample)
        blocks.append((sample.id, form_block(sample, layout)))
        layouts.append(layout.name)
    look = make_look(rng, split, landscape=layout.landscape, dpi=dpi, flow=n > 1 and rng.random() < 0.4)
    look = replace(look, **given)
    return Document(name, tuple(typeset(blocks, look)), tuple(samples), look, tuple(layouts))


def make_plain(name: str, seed: int, split: Split, *, dpi: int = 200) -> Document:
    """A page with a ruled table that is no form."""
    rng = Random(SEEDS[split] + seed)
    kind = rng.choice(sorted(PLAIN))
    look = make_look(rng, split, landscape=rng.random() < 0.3, dpi=dpi)
    if kind in ("invoice", "balance-sheet") and rng.random() < 0.4:
        look = replace(look, rules=rng.choice(("no-frame", "horizontal", "vertical", "none")))
    return Document(name, tuple(typeset([("", plain_block(kind, rng, split))], look)), (), look, (kind,))


def parse_look(texts: Iterable[str]) -> dict[str, Any]:
    """Fields of a look as ``name=value``. Raises ``ValueError`` for others, and for values that are none."""
    given: dict[str, Any] = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            given[name] = LOOKS[name](value)
        except (KeyError, ValueError):
            raise ValueError(f"{text} is no part of a look; give {', '.join(LOOKS)} as NAME=VALUE") from None
    return given


def write(document: Document, damage: damages.Damage, out: Path, seed: int, name: str = "") -> Path:
    """Write the document with this damage as a scan folder; gives back the folder."""
    name = name or damages.label(damage)
    folder = out / "scans" / f"{document.name}-{name}"
    grids = out / "grids" / folder.name
    folder.mkdir(parents=True, exist_ok=True)
    grids.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, sum(map(ord, folder.name))])
    dpi = float(document.look.dpi)
    for number, (image, truth) in enumerate(document.pages, 1):
        done = damages.apply(image, damage, rng, document.look.dpi)
        h, w = done.image.shape[:2]
        _save(done, folder, number, rng)
        page = page_dict(moved(truth, w, h, done.mapping.box), number)
        (grids / f"{number:03d}.json").write_text(json.dumps(page, ensure_ascii=False), "utf-8")
        dpi = done.dpi
    scan = {
        "profile": name, "forms": [s.id for s in document.samples],
        "damage": [list(d) for d in damage], "dpi": round(dpi),
        "fonts": document.look.fonts.name, "layouts": list(document.layouts), "look": look_dict(document.look),
    }  # fmt: skip
    (folder / "scan.json").write_text(json.dumps(scan, ensure_ascii=False), "utf-8")
    _write_truth(document, out)
    return folder


def _save(done: damages.Damaged, folder: Path, number: int, rng: Rng) -> None:
    """TIFF group 4 where the page is black and white, else JPEG at quality 92."""
    picture = Pictures.fromarray(done.image)
    dpi = (round(done.dpi), round(done.dpi))
    if done.image.ndim == 2 and not np.any((done.image > 0) & (done.image < 255)):
        picture.convert("1").save(folder / f"{number:03d}.tif", compression="group4", dpi=dpi)
    elif rng.random() < 0.5:
        picture.save(folder / f"{number:03d}.jpg", quality=92)
    else:
        picture.save(folder / f"{number:03d}.jpg", quality=92, dpi=dpi)


def _write_truth(document: Document, out: Path) -> None:
    (out / "truth").mkdir(parents=True, exist_ok=True)
    path = out / "findings.json"
    findings: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for sample in document.samples:
        text = json.dumps(truth_dict(sample), ensure_ascii=False, indent=1)
        (out / "truth" / f"{sample.id}.json").write_text(text, "utf-8")
        findings[sample.id] = [list(p) for p in sample.planted]
    path.write_text(json.dumps(findings, ensure_ascii=False, indent=1), "utf-8")


def build(out: Path, *, forms: int, seed: int, split: Split, asked: tuple[damages.Damage, ...] = (), plain: int = 0,
          templates: tuple[str, ...] = TEMPLATES, hardest: float = 0.6,
          given: Mapping[str, Any] = NOTHING_GIVEN) -> Iterator[Path]:  # fmt: skip
    """Write documents until there are ``forms`` forms, and ``plain`` tables that are none; yields the folders.

    Every document is written once with each damage asked for, or once with damages drawn at random.
    """
    written, k = 0, 0
    rng = np.random.default_rng([seed, SEEDS[split]])
    todo: list[Document] = []
    while written < forms:
        document = make_document(f"{split[0]}{seed}.{k:03d}", seed * 10_000 + k, split, templates, given=given)
        written, k = written + len(document.samples), k + 1
        todo.append(document)
        for damage in asked or (damages.draw(rng, split, hardest),):
            yield write(document, damage, out, seed)
    for k in range(plain):
        document = make_plain(f"{split[0]}{seed}.p{k:03d}", seed * 10_000 + 5_000 + k, split)
        for damage in asked or (damages.draw(rng, split, hardest),):
            yield write(document, damage, out, seed)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dataset.build", description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--forms", type=int, default=20, help="number of forms, at least")
    parser.add_argument("--plain", type=int, default=0, help="number of ruled tables that are no form")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--split", choices=("fit", "test"), default="fit")
    parser.add_argument("--templates", nargs="+", choices=TEMPLATES, default=list(TEMPLATES))
    parser.add_argument("--hardest", type=float, default=0.6, help="greatest severity drawn at random")
    kinds = ", ".join([*damages.KINDS, *damages.COMPOUND])
    parser.add_argument(
        "--damage", nargs="*", default=[], metavar="KIND:SEVERITY[+…]", help=f"one folder a document for each; {kinds}"
    )
    parser.add_argument(
        "--pairs", type=int, default=0, help="so many pairs of kinds at random, of either half, besides"
    )
    settable = ", ".join(LOOKS)
    parser.add_argument("--look", nargs="*", default=[], metavar="NAME=VALUE", help=f"not drawn at random: {settable}")
    parser.add_argument("--face", type=Path, metavar="FILE", help="font file of the text")
    parser.add_argument("--latin-face", type=Path, metavar="FILE", help="with --face: another for ASCII characters")
    a = parser.parse_args(argv)
    try:
        given = {**parse_look(a.look), **({"fonts": font_set(a.split, a.face, a.latin_face)} if a.face else {})}
        asked = (*(damages.parse(text) for text in a.damage), *damages.pairs(a.pairs, a.seed))
    except ValueError as error:
        parser.error(str(error))
    for folder in build(a.out, forms=a.forms, seed=a.seed, split=a.split, asked=asked, plain=a.plain,
                        templates=tuple(a.templates), hardest=a.hardest, given=given):  # fmt: skip
        sys.stdout.write(f"{folder}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
