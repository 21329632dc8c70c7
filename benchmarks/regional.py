"""``python -m benchmarks.regional --out DIR``: forms of other provinces, typeset, read, held against their truth.

``benchmarks/regions`` has ten sets of them. They were written by others who had not seen the program, after forms
that finance bureaus publish: no two are laid out alike, and none is like those of ``benchmarks.dataset``. A set says
something new once, when it is first read; what was found by it is mended, and from then on it guards that.

Needs chromium and the fonts of ``benchmarks.dataset.fonts``. ``--damage KIND:SEVERITY[+…]`` damages all pages.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np

from forms import FUNDS_COLUMNS, HEADER_FIELDS, INDICATOR_COLUMNS

from .dataset import damage as damages
from .metrics.forms import align

SETS = Path(__file__).parent / "regions"
DPI = 200
HEAD = HEADER_FIELDS
FUNDS = ("label", *FUNDS_COLUMNS)
ALIKE = 0.3
"""How alike the names of two rows must be to be the same row."""
INDICATORS = tuple(column for column in INDICATOR_COLUMNS if column != "basis")
SAME = str.maketrans(
    {"≧": "≥", "≦": "≤", "－": "—", "–": "—", "〔": "(", "〕": ")", "【": "(", "】": ")", "“": '"', "”": '"'}
)

Json = Mapping[str, Any]


@dataclass(slots=True)
class Score:
    """Cells of forms: how many there are, are right, are asked about, are wrong and told nowhere (``numbers`` of
    these), and stand in rows that were not found. ``wrong``: what is told nowhere, in words."""

    cells: int = 0
    right: int = 0
    asked: int = 0
    silent: int = 0
    numbers: int = 0
    missing: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Count another form's cells too."""
        for name in ("cells", "right", "asked", "silent", "numbers", "missing"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def __str__(self) -> str:
        share = max(1, self.cells)
        return (
            f"{self.cells} cells, right {self.right / share:.4f}, to review {self.asked / share:.4f}, "
            f"told nowhere {self.silent} ({self.numbers}), in rows not found {self.missing}"
        )


def compared(truth: Json, form: Json) -> Score:
    """A form as ``gouji run`` writes it against what is printed; a null of the truth is a cell that is not printed."""
    score = Score()
    for address, printed, cell in _cells(truth, form, score):
        score.cells += 1
        score.asked += bool(cell["needs_review"])
        if folded(printed) == folded(cell["text"]):
            score.right += 1
        elif not cell["needs_review"]:
            score.silent += 1
            short = len(folded(printed) + folded(cell["text"])) < 14
            score.numbers += short and any(c.isdigit() for c in folded(printed) + cell["text"])
            score.wrong.append(f"{address}: {printed!r} is printed, {cell['text']!r} was read ({cell['confidence']})")
    return score


def folded(text: str | None) -> str:
    """A text without widths, spaces and the design of marks; all dashes are one."""
    plain = "".join(unicodedata.normalize("NFKC", text or "").split()).translate(SAME)
    return "—" if plain and all(c in "-—一" for c in plain) else plain


def _cells(truth: Json, form: Json, score: Score) -> Iterator[tuple[str, str | None, Json]]:
    for name in HEAD:
        yield name, truth[name], form[name]
    for part in ("goals", "total"):
        for name in form[part]:
            yield f"{part}.{name}", (truth[part] or {}).get(name), form[part][name]
    for part, key, columns in (("funds", "label", FUNDS), ("indicators", "level3", INDICATORS)):
        for i, j in pairs([r[key] for r in truth[part]], [r[key]["text"] for r in form[part]]):
            if j is None:
                score.cells += len(columns)
                score.missing += len(columns)
                continue
            printed = truth[part][i] if i is not None else {}
            for column in columns:
                yield f"{part}.{j}.{column}", printed.get(column), form[part][j][column]


def pairs(printed: Sequence[str | None], read: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """The rows of two lists of names that are the same, in order, and those of either that have no counterpart."""
    known = align([folded(t) for t in printed], [folded(t) for t in read], alike=_alike, least=ALIKE)
    found: list[tuple[int | None, int | None]] = []
    last = 0
    for i in range(len(printed)):
        if i in known:
            found += [(None, j) for j in range(last, known[i])]
            last = known[i] + 1
        found.append((i, known.get(i)))
    return found + [(None, j) for j in range(last, len(read))]


def _alike(one: str, two: str) -> float:
    return SequenceMatcher(None, one, two).ratio() if one or two else 0.5


def typeset(html: Path, folder: Path, damage: damages.Damage = ()) -> None:
    """The pages of an HTML form as pictures of 200 dpi in a folder. Raises ``RuntimeError`` without chromium."""
    import pypdfium2
    from PIL import Image

    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        raise RuntimeError("chromium is not installed; scripts/debian-packages.sh installs it")
    folder.mkdir(parents=True, exist_ok=True)
    pdf = folder.parent / f"{html.stem}.pdf"
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    subprocess.run([browser, *flags, html.resolve().as_uri()], check=True, capture_output=True)
    rng = np.random.default_rng(sum(map(ord, html.stem)))
    for number, page in enumerate(pypdfium2.PdfDocument(pdf), 1):
        image = np.asarray(page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L"))
        done = damages.apply(image, damage, rng, DPI)
        dpi = (round(done.dpi), round(done.dpi))
        Image.fromarray(done.image).save(folder / f"{number:03d}.jpg", quality=90, dpi=dpi)
    pdf.unlink()


def read(pages: Path, out: Path) -> None:
    """``gouji run`` over the folders of ``pages``; pages that a person should look at (exit code 1) are no failure."""
    ran = subprocess.run([sys.executable, "-m", "gouji", "run", str(pages), "-o", str(out)], check=False)
    if ran.returncode > 1:
        raise RuntimeError(f"gouji run ended with exit code {ran.returncode}")


def form_of(truth: Path) -> tuple[str, int]:
    """The document that a truth belongs to, and the number of its form there: 04-street.json, 04-street.2.json, …"""
    name, _, number = truth.stem.rpartition(".")
    return (name, int(number)) if name and number.isdigit() else (truth.stem, 1)


def scored(truths: Path, out: Path) -> Iterator[tuple[str, Score]]:
    """The name and the score of every form that has a truth; one that was not found has all its cells missing."""
    for path in sorted(truths.glob("*.json")):
        truth = json.loads(path.read_text("utf-8"))
        name, number = form_of(path)
        forms = sorted((out / name / "forms").glob("*.json"))
        if len(forms) < number:
            rows = len(FUNDS) * len(truth["funds"]) + len(INDICATORS) * len(truth["indicators"])
            yield path.stem, Score(cells=rows, missing=rows)
        else:
            yield path.stem, compared(truth, json.loads(forms[number - 1].read_text("utf-8")))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.regional", description=(__doc__ or "").partition(":")[2].split("\n")[0].strip()
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for pictures and results")
    parser.add_argument("--sets", nargs="+", default=sorted(p.name for p in SETS.iterdir()), metavar="SET")
    parser.add_argument("--damage", default="", metavar="KIND:SEVERITY[+…]", help="of all pages")
    parser.add_argument("--wrong", action="store_true", help="name the cells that are wrong and told nowhere")
    a = parser.parse_args(argv)
    damage = damages.parse(a.damage) if a.damage else ()
    for name in a.sets:
        pages, out = a.out / name / "pages", a.out / name / "results"
        for html in sorted((SETS / name).glob("*.html")):
            typeset(html, pages / html.stem, damage)
        read(pages, out)
        total = Score()
        for form, score in scored(SETS / name, out):
            total.add(score)
            sys.stdout.write(f"{form:36}{score}\n" + "".join(f"    {w}\n" for w in score.wrong if a.wrong))
        sys.stdout.write(f"{'set ' + name:36}{total}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
