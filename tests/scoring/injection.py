"""Single misreadings put into printed forms, and what the inference makes of them.

``python tests/scoring/injection.py`` (from the repository root, PYTHONPATH=.) prints the whole table. The corruptions
go forward, from the print to a reading, and are written apart from the model's backward ones.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from scoring_forms import truth_forms

from forms import Cell, Form, is_number_column
from scoring import InferenceSettings, default_rulebook, infer, instances, is_blank, mark_for_review, read_number
from scoring.check import evaluate

LIKE = {"6": "805", "8": "693", "9": "08", "0": "689", "1": "74", "7": "12", "3": "85", "5": "638", "4": "1", "2": "7"}
Corrupt = Callable[[str, random.Random], "str | None"]


def _places(text: str) -> list[int]:
    return [i for i, c in enumerate(text) if c.isdigit()]


def confused(text: str, rng: random.Random) -> str | None:
    i = rng.choice(_places(text))
    return text[:i] + rng.choice(LIKE[text[i]]) + text[i + 1 :]


def unlike(text: str, rng: random.Random) -> str | None:
    i = rng.choice(_places(text))
    others = [d for d in "0123456789" if d != text[i] and d not in LIKE[text[i]]]
    return text[:i] + rng.choice(others) + text[i + 1 :]


def dropped(text: str, rng: random.Random) -> str | None:
    places = _places(text)
    if len(places) < 2:
        return None
    i = rng.choice(places)
    return text[:i] + text[i + 1 :]


def doubled(text: str, rng: random.Random) -> str | None:
    i = rng.choice(_places(text))
    return text[:i] + text[i] + text[i:]


def point_lost(text: str, rng: random.Random) -> str | None:
    return text.replace(".", "") if "." in text else None


def point_moved(text: str, rng: random.Random) -> str | None:
    head, point, tail = text.partition(".")
    return f"{head}{tail[0]}.{tail[1:]}" if point and tail[1:2].isdigit() else None


def comma(text: str, rng: random.Random) -> str | None:
    return text.replace(".", ",") if "." in text else None


def percent(text: str, rng: random.Random) -> str | None:
    return text[:-1] + rng.choice(["9", "6", ""]) if text.endswith("%") else None


def letters(text: str, rng: random.Random) -> str | None:
    changed = text.translate(str.maketrans({"1": "l", "0": "O"}))
    return changed if changed != text else None


def turned(text: str, rng: random.Random) -> str | None:
    turn = {"0": "0", "1": "1", "6": "9", "8": "8", "9": "6", ".": "."}
    if len(text) < 2 or any(c not in turn for c in text):
        return None
    return "".join(turn[c] for c in reversed(text))


def lost(text: str, rng: random.Random) -> str | None:
    return ""


KINDS: dict[str, Corrupt] = {
    f.__name__: f
    for f in (confused, unlike, dropped, doubled, point_lost, point_moved, comma, percent, letters, turned, lost)
}


@dataclass(frozen=True, slots=True)
class Injection:
    name: str
    kind: str
    address: str
    true: str
    read: str
    covered: bool
    form: Form


def read_form(form: Form, confidence: float) -> Form:
    """The form as a reader gives it: every cell of that confidence."""
    return form.with_cells({a: replace(c, confidence=confidence) for a, c in form.cells() if c.origin == "read"})


def covered_cells(form: Form) -> set[str]:
    """The cells that some rule's arithmetic determines and whose rule the print keeps."""
    rules = default_rulebook()
    out: set[str] = set()
    for i in instances(form, rules):
        if i.rule.kind in ("range", "reason") or evaluate(form, i, rules):
            continue
        number = i.rule.kind == "declared" or read_number(form.cell(i.result).text)
        terms = [bool(read_number(form.cell(t).text)) for t in i.terms]
        if number and (all(terms) if i.rule.kind in ("ratio", "scheme") else any(terms)):
            out.update(i.cells)
    return {a for a in out if is_number_column(a)}


def injections(*, confidence: float, others: float, every: int = 1, seed: int = 0) -> Iterator[Injection]:
    """One misreading of each kind in each printed number (of the ``every``-th such pair)."""
    count = 0
    for name, form in sorted(truth_forms().items()):
        covered, base = covered_cells(form), read_form(form, others)
        for address, cell in form.cells():
            if not is_number_column(address):
                continue
            for kind, corrupt in (KINDS if read_number(cell.text) else {"slash": _slash}).items():
                rng = random.Random(f"{seed}/{name}/{address}/{kind}")
                read = corrupt(cell.text, rng)
                if read is None or read == cell.text:
                    continue
                count += 1
                if count % every == 0:
                    wrong = Cell(read, confidence, raw=read)
                    yield Injection(
                        name, kind, address, cell.text, read, address in covered, base.with_cells({address: wrong})
                    )


def _slash(text: str, rng: random.Random) -> str | None:
    return "1" if text == "/" else None


def outcome(injection: Injection, settings: InferenceSettings | None = None) -> str:
    """right, wrong (some cell was repaired to what is not printed), flagged, or silent."""
    form = mark_for_review(infer(injection.form, settings=settings))
    truth = truth_forms()[injection.name]
    for address, cell in form.cells():
        if cell.origin == "repaired" and not same(cell.text, truth.cell(address).text):
            return "wrong"
    cell = form.cell(injection.address)
    if cell.origin == "repaired" or same(cell.text, injection.true):
        return "right"
    return "flagged" if cell.needs_review else "silent"


def same(one: str, two: str) -> bool:
    return one == two or (is_blank(one) and is_blank(two))


def table(found: Counter[tuple[str, str]]) -> str:
    kinds = sorted({kind for kind, _ in found})
    lines = [f"{'kind':14}{'n':>6}{'right':>8}{'wrong':>8}{'flagged':>9}{'silent':>8}"]
    for kind in [*kinds, "all"]:
        counts = [sum(n for (k, o), n in found.items() if o == x and kind in (k, "all")) for x in OUTCOMES]
        total = sum(counts)
        lines.append(f"{kind:14}{total:6}" + "".join(f"{c / total:8.1%}" for c in counts))
    return "\n".join(lines)


OUTCOMES = ("right", "wrong", "flagged", "silent")


def main() -> None:
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    settings = InferenceSettings(repair_at=float(sys.argv[2])) if len(sys.argv) > 2 else None
    for confidence in (0.6, 0.9, 0.98, 0.999):
        found: Counter[tuple[str, str]] = Counter()
        bare: Counter[tuple[str, str]] = Counter()
        for injection in injections(confidence=confidence, others=0.999, every=every):
            result = outcome(injection, settings)
            (found if injection.covered else bare)[injection.kind, result] += 1
            if result in ("wrong", "silent") and "-v" in sys.argv:
                print(
                    result,
                    injection.covered,
                    injection.name,
                    injection.kind,
                    injection.address,
                    injection.true,
                    injection.read,
                )
        print(f"\nmisread cell's confidence {confidence}, covered by a rule\n{table(found)}")
        print(f"not covered: {dict(Counter(o for (_, o), n in bare.items() for _ in range(n)))}")


if __name__ == "__main__":
    main()
