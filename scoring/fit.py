"""Count the error model's rates from pairs of (what is printed, what was read) of numeric cells.

    python -m scoring.fit PAIRS.tsv > scoring/rates/errors.toml

Each line of PAIRS.tsv holds the printed text, a tab, and the text that was read; right readings belong in it, too, for
they say how rare a misreading is. The file that is printed keeps the confusions of the model it started from.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from .error_model import ErrorModel, Kinds, load_error_model
from .misreadings import kinds_of, printable
from .numbers import is_blank, read_number

PRIOR_WEIGHT = 20.0  # the default model counts as so many misreadings, so that a kind not yet seen stays possible


def fit(pairs: Iterable[tuple[str, str]], model: ErrorModel, *, provenance: str) -> ErrorModel:
    """The model with the shares of its kinds counted from pairs (printed, read), added to its own as a weak prior.

    A misreading that several kinds explain counts in equal parts for each. One that no kind explains and no column of
    numbers prints (8团) is left out: it shows itself, and says nothing of numbers that look like numbers. ``floor`` and
    ``pairs`` stay those of the model when there are no pairs. Pairs whose printed text is neither a number nor blank
    are left out.
    """
    counts: dict[str, float] = defaultdict(float)
    seen = misread = unknown = 0
    for true, read in pairs:
        if read_number(true) is None and not is_blank(true):
            continue
        seen += 1
        if true == read:
            continue
        kinds = kinds_of(true, read, model)
        if not kinds and not printable(read):
            continue
        misread += 1
        unknown += not kinds
        for kind in kinds:
            counts[kind] += 1.0 / len(kinds)
    if not seen:
        return model
    prior = model.kinds.model_dump()
    scale = PRIOR_WEIGHT * (1.0 - model.other) / sum(prior.values())
    total = misread + PRIOR_WEIGHT
    shares = {kind: (counts[kind] + share * scale) / total for kind, share in prior.items()}
    return model.model_copy(
        update={
            "kinds": Kinds(**shares),
            "other": (unknown + PRIOR_WEIGHT * model.other) / total,
            "provenance": provenance,
            "pairs": model.pairs + seen,
        }
    )


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """The (printed, read) pairs of a file with one tab-separated pair a line."""
    lines = path.read_text("utf-8").splitlines()
    return [(true, read) for true, tab, read in (line.partition("\t") for line in lines) if tab]


def as_toml(model: ErrorModel) -> str:
    """The model as a file that ``load_error_model`` reads."""
    kinds = "\n".join(f"{name} = {share:.5f}" for name, share in model.kinds.model_dump().items())
    alike = ", ".join(f'["{a}", "{b}"]' for a, b in model.confusions.alike)
    return (
        f'schema = "gouji.errors/1"\nprovenance = "{model.provenance}"\npairs = {model.pairs}\n\n'
        f"floor = {model.floor}\nother = {model.other:.5f}\n\n[kinds]\n{kinds}\n\n"
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
