"""Printed forms with misreadings put in, and which of these the print itself tells."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from forms import FUNDS_COLUMNS, Cell, Form, FundsRow, Indicator, Total, is_number_column
from scoring import Instance, Number, default_rulebook, instances, is_blank, read_number
from scoring.check import evaluate, rate_percents
from scoring.instances import declared_weight
from scoring.numbers import decimal_text, round_half_up
from scoring.rulebook import DeclaredRule, SchemeRule

from .corruptions import KINDS, slash

PRINTED = Path(__file__).parents[1] / "tests" / "data" / "truth" / "forms.json"
ENTRIES = Path(__file__).parent / "injection_entries.json"
CLASSES = ("points", "marks", "lost", "digits")
EQUATIONS = ("sum", "parts", "declared", "ratio", "scheme")
"""Kinds of rule whose numbers follow from one another."""
SPREAD_OF_KINDS = {
    "confused": 4, "unlike": 1, "dropped": 2, "doubled": 1, "stroke": 3, "mark": 4, "point_lost": 4, "point_gap": 4,
    "point_moved": 1, "comma": 2, "percent": 2, "letters": 1, "turned": 1, "lost": 1,
}  # fmt: skip
"""How often each kind is drawn where several misreadings are put into one form; about as counted on the generator."""


@dataclass(frozen=True, slots=True)
class Entry:
    """How a misread cell comes in: its confidence, and the probability the beam gave the truth (0: did not name it)."""

    confidence: float
    truth: float = 0.0


@dataclass(frozen=True, slots=True)
class Entries:
    """``points``: of cells that lost their decimal point; ``marks``: of those that took ink beside the number for a
    digit or a sign; ``lost``: of those read as nothing; ``digits``: of all other misread numbers; ``right``:
    confidences of numbers read right."""

    points: tuple[Entry, ...]
    marks: tuple[Entry, ...]
    lost: tuple[Entry, ...]
    digits: tuple[Entry, ...]
    right: tuple[float, ...]

    def draw(self, kind: str, rng: Random) -> Entry:
        if kind in ("point_lost", "point_gap"):
            return rng.choice(self.points)
        if kind == "lost":
            return rng.choice(self.lost)
        return rng.choice(self.marks if kind in ("stroke", "mark") else self.digits)

    def all_at(self, confidence: float) -> Entries:
        """The same with every misread cell of that confidence, the truth not among its alternatives."""
        one = (Entry(confidence),)
        return Entries(one, one, one, one, self.right)


@dataclass(frozen=True, slots=True)
class Injection:
    """Misreadings in one form: (kind, address, text read) each; ``form`` is what the reader would hand over."""

    name: str
    printed: Form
    errors: tuple[tuple[str, str, str], ...]
    covered: bool
    form: Form


def printed_forms() -> dict[str, Form]:
    """The printed forms of tests/data/truth."""
    return {name: _form(data) for name, data in json.loads(PRINTED.read_text("utf-8")).items()}


def generated_forms(count: int, split: Any = "test", seed: int = 1, planted: float = 0.1) -> dict[str, Form]:
    """Forms of the generator, some with an error of their own; those of the test half share no words with the fit."""
    from .dataset.content import TEMPLATES, make_sample
    from .dataset.planted import RULES, plant

    out = {}
    for k in range(count):
        rng = Random(f"{split}/{seed}/{k}")
        sample = make_sample(f"{split}{seed}.{k:03d}", rng, rng.choice(TEMPLATES), split)
        if rng.random() < planted:
            sample = plant(sample, rng.choice(RULES), rng) or sample
        out[sample.id] = sample.form
    return out


def _form(data: dict[str, Any]) -> Form:
    def cell(text: str) -> Cell:
        return Cell(text, 1.0, raw=text)

    names = ("level1", "weight", "score", "reason")
    return Form(
        template=data["template"],
        funds=tuple(
            FundsRow(cell(row[0]), **{n: cell(t) for n, t in zip(FUNDS_COLUMNS, row[1:], strict=True)})
            for row in data["funds"]
        ),
        indicators=tuple(
            Indicator(**{n: cell(t) for n, t in zip(names, row, strict=True)}) for row in data["indicators"]
        ),
        total=Total(*(cell(t) for t in data["total"])),
    )


def load_entries(path: Path = ENTRIES) -> Entries:
    data = json.loads(path.read_text("utf-8"))
    points, marks, lost, digits = (tuple(Entry(*pair) for pair in data[name]) for name in CLASSES)
    return Entries(points, marks, lost, digits, tuple(data["right"]))


def covered(form: Form, address: str, read: str) -> bool:
    """Whether the printed ``form`` itself tells what is printed at ``address`` where ``read`` was read, all other cells
    being as printed:

    * some equation among the rules holds in print and involves the cell, and with ``read`` it fails, or cannot be
      judged because ``read`` is no number (a blank that silences a rule contradicts nothing);
    * no equation around the cell is broken in print (a document that contradicts itself tells nothing);
    * no other number of as many decimals keeps all those equations as exactly as the print does: the neighbouring ones
      do not, nor what another scheme would give.
    """
    around = _equations(form, address)
    number = read_number(form.cell(address).text)
    rules = default_rulebook()
    if not around or number is None or any(evaluate(form, i, rules) for i in around):
        return False
    tried = form.with_cells({address: Cell(read)})
    words = read_number(read) is None and not is_blank(read)
    if not words and not any(evaluate(tried, i, rules) for i in around):
        return False
    for text in _rivals(form, address, number, around):
        other = form.with_cells({address: Cell(text)})
        if all(_kept(other, i) and _exact(other, i) == _exact(form, i) for i in around):
            return False
    return True


def _kept(form: Form, instance: Instance) -> bool:
    return evaluate(form, instance, default_rulebook()) is None


def _exact(form: Form, instance: Instance) -> bool:
    """Whether a sum is that of its terms to the last decimal, not only as it rounds."""
    if instance.rule.kind in ("ratio", "scheme"):
        return True
    text = form.cell(instance.result).text
    patterns = instance.rule.patterns if isinstance(instance.rule, DeclaredRule) else ()
    total = declared_weight(text, patterns) if patterns else read_number(text)
    terms = [n.amount for t in instance.terms if (n := read_number(form.cell(t).text))]
    return total is not None and total.amount == sum(terms)


def _equations(form: Form, address: str) -> list[Instance]:
    """The equations around a cell whose numbers are all there."""
    out = []
    for i in _all_equations(form):
        if address in i.cells and is_number_column(address):
            result = i.rule.kind == "declared" or read_number(form.cell(i.result).text)
            terms = [bool(read_number(form.cell(t).text)) for t in i.terms]
            if result and (all(terms) if i.rule.kind in ("ratio", "scheme") else any(terms)):
                out.append(i)
    return out


@lru_cache(maxsize=512)
def _all_equations(form: Form) -> tuple[Instance, ...]:
    return tuple(i for i in instances(form, default_rulebook()) if i.rule.kind in EQUATIONS)


def _rivals(form: Form, address: str, number: Number, around: Sequence[Instance]) -> Iterator[str]:
    """Other numbers of as many decimals that might keep the equations, too."""
    unit = number.unit
    values = {number.value - number.step, number.value + number.step}
    for i in around:
        if isinstance(i.rule, SchemeRule) and address == i.result:
            rate, weight = (read_number(form.cell(t).text) for t in i.terms)
            if rate is not None and weight is not None:
                earned = (x.score(p, weight.value) for x in i.rule.schemes for p in rate_percents(rate))
                values |= {round_half_up(e, number.decimals) for e in earned}
    for value in sorted(values - {number.value}):
        if value >= Fraction(0):
            yield decimal_text(value, number.decimals) + unit


def singles(forms: dict[str, Form], entries: Entries, *, every: int = 1, seed: int = 0) -> Iterator[Injection]:
    """One misreading of each kind in each printed number (of the ``every``-th such pair)."""
    count = 0
    for name, form in sorted(forms.items()):
        for address, cell in form.cells():
            if not is_number_column(address):
                continue
            for kind, corrupt in (KINDS if read_number(cell.text) else {"slash": slash}).items():
                rng = Random(f"{seed}/{name}/{address}/{kind}")
                read = corrupt(cell.text, rng)
                if read is None or read == cell.text:
                    continue
                count += 1
                if count % every == 0:
                    made = _with_errors(form, ((kind, address, read),), entries, rng)
                    yield Injection(name, form, ((kind, address, read),), covered(form, address, read), made)


def several(forms: dict[str, Form], entries: Entries, *, errors: int, each: int, seed: int = 0) -> Iterator[Injection]:
    """``each`` times per form that many misreadings in different cells, kinds drawn about as often as they happen."""
    for name, form in sorted(forms.items()):
        numbers = [a for a, c in form.cells() if is_number_column(a) and read_number(c.text)]
        if len(numbers) < errors:
            continue
        for k in range(each):
            rng = Random(f"{seed}/{name}/{errors}/{k}")
            made: list[tuple[str, str, str]] = []
            for address in rng.sample(numbers, errors):
                text = form.cell(address).text
                kinds = [n for n in KINDS if KINDS[n](text, rng) not in (None, text)]
                kind = rng.choices(kinds, [SPREAD_OF_KINDS[n] for n in kinds])[0]
                read = KINDS[kind](text, rng)
                if read is not None and read != text:
                    made.append((kind, address, read))
            if len(made) == errors:
                whole = all(covered(form, a, r) for _, a, r in made)
                yield Injection(name, form, tuple(made), whole, _with_errors(form, tuple(made), entries, rng))


def _with_errors(form: Form, errors: tuple[tuple[str, str, str], ...], entries: Entries, rng: Random) -> Form:
    cells = {a: replace(c, confidence=rng.choice(entries.right)) for a, c in form.cells() if c.origin == "read"}
    for kind, address, read in errors:
        entry = entries.draw(kind, rng)
        true = form.cell(address).text
        others = [(true, entry.truth)] if entry.truth else []
        decoy = KINDS["confused"](true, rng) if read_number(true) else read
        if read and decoy not in (None, true, read) and entry.confidence < 0.99:
            others.append((str(decoy), (1.0 - entry.confidence) * 0.1))
        cells[address] = Cell(read, entry.confidence, raw=read, alternatives=tuple(others))
    return form.with_cells(cells)
