"""The checker: what a form's own arithmetic says of it. It changes no data and raises nothing about data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from forms import Finding, Form
from forms.form import Verdict

from .instances import Instance, declared_weight, instances
from .numbers import Number, decimal_text, is_blank, read_number
from .rulebook import DeclaredRule, PartsRule, Rulebook, SchemeRule, SumRule, default_rulebook


def check(form: Form, rulebook: Rulebook | None = None) -> tuple[Finding, ...]:
    """What the rules find in the form, in the rulebook's order; the form's own ``findings`` play no part.

    A finding's ``cells`` hold its one address: a cell ("total.score"), a column of the funds rows
    ("funds.executed"), or for a weight printed in a label that label ("产出指标(50分)"). ``involved`` gives all cells
    of its arithmetic. The verdict is "document" where every one of them is certain (confidence 1, or corrected by a
    person), else "unclear": from one text alone nobody can say more; ``scoring.infer`` can.
    """
    rules = rulebook or default_rulebook()
    found = ((i, evaluate(form, i, rules)) for i in instances(form, rules))
    return tuple(replace(f, verdict=_verdict(form, i)) for i, f in found if f is not None)


def checked(form: Form, rulebook: Rulebook | None = None) -> Form:
    """The form with what the rules find in it as its ``findings``."""
    return replace(form, findings=check(form, rulebook))


def involved(form: Form, finding: Finding, rulebook: Rulebook | None = None) -> tuple[str, ...]:
    """The addresses of all cells that the finding's arithmetic used, the one that should follow first."""
    for instance in instances(form, rulebook or default_rulebook()):
        if instance.rule.name == finding.rule and (instance.key,) == finding.cells:
            return instance.cells
    return ()


def evaluate(form: Form, instance: Instance, rulebook: Rulebook) -> Finding | None:
    """What this one application of a rule finds, or None where it holds or does not apply."""
    rule = instance.rule
    if isinstance(rule, SumRule | PartsRule | DeclaredRule):
        return _sum(form, instance, rulebook)
    if isinstance(rule, SchemeRule):
        return _scheme(form, instance, rulebook)
    numbers = {
        "ratio": _ratio,
        "range": _range,
        "reason": _reason,
    }
    return numbers[rule.kind](form, instance, rulebook)


def rate_percents(rate: Number) -> tuple[Fraction, ...]:
    """What a printed rate may mean in %: "98.66%" one thing, a bare "0.98" or "98" also the share itself."""
    return (rate.value,) if rate.is_percent else (rate.value, rate.value * 100)


def ratio_agrees(rate: Number, numerator: Fraction | int, denominator: Fraction | int) -> bool:
    """Whether the printed rate follows from the two amounts (in one unit, ``denominator`` not 0)."""
    above = numerator.numerator * denominator.denominator
    below = denominator.numerator * numerator.denominator
    if below < 0:
        above, below = -above, -below
    if rate.agrees_with_quotient(100 * above, below):
        return True
    return not rate.is_percent and rate.agrees_with_quotient(above, below)


def score_agrees(rule: SchemeRule, score: Number, rate: Number, weight: Number) -> bool:
    """Whether the score follows from rate and weight under one of the rule's schemes."""
    return any(score.agrees(s.score(r, weight.value)) for s in rule.schemes for r in rate_percents(rate))


def _number(form: Form, address: str) -> Number | None:
    return read_number(form.cell(address).text)


def _ratio(form: Form, instance: Instance, rulebook: Rulebook) -> Finding | None:
    rate = _number(form, instance.result)
    above, below = (_number(form, term) for term in instance.terms)
    if rate is None or above is None or below is None or below.amount == 0:
        return None
    if ratio_agrees(rate, above.amount, below.amount):
        return None
    expected = rate.shown(above.amount / below.amount * 100)
    names = [rulebook.term(term.rpartition(".")[2]) for term in (instance.result, *instance.terms)]
    message = (
        f"{names[1]} {form.cell(instance.terms[0]).text} of {names[2]} {form.cell(instance.terms[1]).text} "
        f"is {expected}, the {names[0]} says {form.cell(instance.result).text}"
    )
    return _finding(form, instance, message, expected)


def _scheme(form: Form, instance: Instance, rulebook: Rulebook) -> Finding | None:
    rule = instance.rule
    score = _number(form, instance.result)
    rate, weight = (_number(form, term) for term in instance.terms)
    if not isinstance(rule, SchemeRule) or score is None or rate is None or weight is None:
        return None
    if score_agrees(rule, score, rate, weight):
        return None
    percent = rate_percents(rate)[0]
    ways = [(score.shown(scheme.score(percent, weight.value)), scheme.name) for scheme in rule.schemes]
    by_scheme = ", ".join(f"{value} ({name})" for value, name in ways)
    message = (
        f"a {rulebook.term('rate')} of {form.cell(instance.terms[0]).text} earns {by_scheme} of "
        f"{form.cell(instance.terms[1]).text}, the {rulebook.term('score')} says {form.cell(instance.result).text}"
    )
    return _finding(form, instance, message, " or ".join(dict.fromkeys(value for value, _ in ways)))


def _sum(form: Form, instance: Instance, rulebook: Rulebook) -> Finding | None:
    known = summed(form, instance)
    if known is None or known.total.agrees(known.computed) or any(_is_elsewhere(form, t) for t in instance.terms):
        return None
    message = f"{counted(instance, known.present, rulebook)} add up to {known.exact}, {_says(form, instance, rulebook)}"
    return _finding(form, instance, message, known.total.shown(known.computed))


def _is_elsewhere(form: Form, term: str) -> bool:
    """Whether a weight of the funds is printed in no cell of its own, though they have a score: it stands in a header
    (得分（满分10）) or nowhere, and the sum is not all there."""
    if not term.startswith("funds.") or not term.endswith(".weight") or form.cell(term).origin != "absent":
        return False
    return not is_blank(form.cell(term.removesuffix("weight") + "score").text)


@dataclass(frozen=True, slots=True)
class Summed:
    """A printed total, what its terms add up to (in 万元 for money), and how many of them are no blanks."""

    total: Number
    computed: Fraction
    present: int

    @property
    def exact(self) -> str:
        """The sum in the total's unit, with all its decimals."""
        return decimal_text(self.computed / self.total.scale)


def summed(form: Form, instance: Instance) -> Summed | None:
    """A sum and what its terms add up to; None where one of them is no number, or all terms are blank."""
    if isinstance(instance.rule, DeclaredRule):
        total = declared_weight(form.cell(instance.result).text, instance.rule.patterns)
    else:
        total = _number(form, instance.result)
    numbers = [_number(form, term) for term in instance.terms]
    words = any(n is None and not is_blank(form.cell(t).text) for n, t in zip(numbers, instance.terms, strict=True))
    present = [n for n in numbers if n is not None]
    if total is None or words or not present:
        return None
    return Summed(total, sum((n.amount for n in present), Fraction(0)), len(present))


def counted(instance: Instance, present: int, rulebook: Rulebook) -> str:
    """The terms of a sum in words: "the 13 得分 of the funds and the indicators"."""
    column = rulebook.term(instance.terms[0].rpartition(".")[2])
    if isinstance(instance.rule, PartsRule):
        return f"the parts of the {column}"
    if isinstance(instance.rule, DeclaredRule):
        return f"the {present} {column} below it"
    funds = any(term.startswith("funds.") for term in instance.terms)
    return f"the {present} {column} of {'the funds and ' if funds else ''}the indicators"


def _says(form: Form, instance: Instance, rulebook: Rulebook) -> str:
    text = form.cell(instance.result).text
    head, _, column = instance.result.rpartition(".")
    if isinstance(instance.rule, DeclaredRule):
        return f"the label says {text}"
    if isinstance(instance.rule, PartsRule):
        label = form.cell(f"{head}.label").text
        return f"the row {label} says {text}"
    return f"the {rulebook.term(head)} says {text} as {rulebook.term(column)}"


def _range(form: Form, instance: Instance, rulebook: Rulebook) -> Finding | None:
    value, limit = (_number(form, cell) for cell in instance.cells)
    if value is None or limit is None or 0 <= value.value <= limit.value:
        return None
    score, weight = (rulebook.term(cell.rpartition(".")[2]) for cell in instance.cells)
    message = f"the {score} {form.cell(instance.result).text} is not between 0 and the {weight} " + (
        form.cell(instance.terms[0]).text
    )
    return _finding(form, instance, message, f"0 to {decimal_text(limit.value)}")


def _reason(form: Form, instance: Instance, rulebook: Rulebook) -> Finding | None:
    value, limit = (_number(form, term) for term in instance.terms)
    given = form.cell(instance.result)
    if value is None or limit is None or value.value >= limit.value or given.origin == "absent":
        return None  # a form without that column has no place to give one
    if not is_blank(given.text):
        return None
    lost = decimal_text(limit.value - value.value)
    score, weight = (form.cell(term).text for term in instance.terms)
    column = rulebook.term(instance.result.rpartition(".")[2])
    message = f"{lost} of {weight} lost ({rulebook.term('score')} {score}), and no {column} is given"
    return _finding(form, instance, message, "a reason")


def _finding(form: Form, instance: Instance, message: str, expected: str) -> Finding:
    found = form.cell(instance.result).text
    return Finding(instance.rule.name, instance.rule.severity, (instance.key,), message, found, expected)


def _verdict(form: Form, instance: Instance) -> Verdict:
    cells = [form.cell(address) for address in instance.cells]
    certain = all(cell.confidence == 1.0 or cell.origin == "corrected" for cell in cells)
    return "document" if certain else "unclear"
