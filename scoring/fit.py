"""Count the error model's rates from pairs of (what is printed, what was read) of numeric cells.

    python -m scoring.fit PAIRS.tsv > scoring/rates/errors.toml

Each line of PAIRS.tsv holds the printed text, a tab, and the text that was read; right readings belong in it, too, for
they say how rare a misreading is. A third column may name the page and a fourth the reader's confidence: what spoils
one cell of a page spoils others like it, so that a page speaks once for each kind, however many cells it has; and the
kinds that deceive a sure reader are counted apart. The file that is printed keeps the confusions of the model it
started from.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .candidates import SURE
from .error_model import ErrorModel, Kinds, load_error_model
from .misreadings import kinds_of, printable
from .numbers import is_blank, read_number

PRIOR_WEIGHT = 20.0  # the default model counts as so many misreadings, so that a kind not yet seen stays possible


@dataclass(frozen=True, slots=True)
class Pair:
    """What is printed in a cell and what was read there; ``page`` "" where every pair stands for itself."""

    printed: str
    read: str
    page: str = ""
    confidence: float = 0.0


def fit(pairs: Iterable[Pair], model: ErrorModel, *, provenance: str) -> ErrorModel:
    """The model with the shares of its kinds counted from pairs, added to its own as a weak prior.

    A misreading that several kinds explain counts in equal parts for each. One that no kind explains and no column of
    numbers prints (8团) is left out: it shows itself, and says nothing of numbers that look like numbers. ``floor`` and
    ``pairs`` stay those of the model when there are no pairs. Pairs whose printed text is neither a number nor blank
    are left out.
    """
    seen = 0
    found: dict[bool, list[tuple[str, tuple[str, ...]]]] = {False: [], True: []}
    for number, pair in enumerate(pairs):
        if read_number(pair.printed) is None and not is_blank(pair.printed):
            continue
        seen += 1
        if pair.printed == pair.read:
            continue
        kinds = kinds_of(pair.printed, pair.read, model)
        if kinds or printable(pair.read):
            found[pair.confidence >= SURE].append((pair.page or str(number), kinds))
    if not seen:
        return model
    kinds_seen, other = _shares(found[False] + found[True], model.kinds, model)
    sure, _ = _shares(found[True], model.sure, model)
    update = {"kinds": kinds_seen, "sure": sure, "other": other, "provenance": provenance, "pairs": model.pairs + seen}
    return model.model_copy(update=update)


def _shares(found: Sequence[tuple[str, tuple[str, ...]]], prior: Kinds, model: ErrorModel) -> tuple[Kinds, float]:
    """(shares of the kinds, share of what no kind explains) among misreadings given as (page, kinds)."""
    counts: dict[str, float] = defaultdict(float)
    for _, kinds in dict.fromkeys(found):
        for kind in kinds or ("",):
            counts[kind] += 1.0 / max(1, len(kinds))
    total = sum(counts.values()) + PRIOR_WEIGHT
    given = prior.model_dump()
    scale = PRIOR_WEIGHT * (1.0 - model.other) / sum(given.values())
    shares = {kind: (counts[kind] + share * scale) / total for kind, share in given.items()}
    return Kinds(**shares), (counts[""] + PRIOR_WEIGHT * model.other) / total


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a file with one tab-separated pair a line."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    return [
        Pair(row[0], row[1], row[2] if len(row) > 2 else "", float(row[3]) if len(row) > 3 else 0.0)
        for row in rows
        if len(row) > 1
    ]


def as_toml(model: ErrorModel) -> str:
    """The model as a file that ``load_error_model`` reads."""
    kinds, sure = (
        "\n".join(f"{name} = {share:.5f}" for name, share in given.model_dump().items())
        for given in (model.kinds, model.sure)
    )
    alike = ", ".join(f'["{a}", "{b}"]' for a, b in model.confusions.alike)
    return (
        f'schema = "gouji.errors/1"\nprovenance = "{model.provenance}"\npairs = {model.pairs}\n\n'
        f"floor = {model.floor}\nother = {model.other:.5f}\n\n[kinds]\n{kinds}\n\n[sure]\n{sure}\n\n"
        f"[confusions]\nunlike = {model.confusions.unlike}\nalike = [{alike}]\n"
    )


def main() -> None:
    """Print the error model counted from the pairs in the file that the first argument names."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m scoring.fit PAIRS.tsv")
    path = Path(sys.argv[1])
    pairs = read_pairs(path)
    provenance = f"counted {date.today().isoformat()} on {len(pairs)} pairs of {path.name}, with a weak prior"
    print(as_toml(fit(pairs, load_error_model(), provenance=provenance)), end="")


if __name__ == "__main__":
    main()
