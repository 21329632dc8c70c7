"""From the posterior to the form: confidences, alternatives, repairs, and for every finding who is wrong.

A repair is made only when the marginal of another text clears the threshold, no rule around the cell is broken by it,
and no other single change would explain them as well (the minimal change of Fellegi and Holt 1976). What the document
itself got wrong is never repaired: if the cells are well read, the broken rule is the document's (verdict "document").
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from forms import Cell, Finding, Form, GeometryError, Suggestion, is_number_column
from forms.form import Verdict

from .check import check, evaluate, summed
from .error_model import ErrorModel, Priors, load_error_model, load_priors
from .instances import Instance, instances
from .misreadings import printable
from .numbers import is_blank, read_number
from .posterior import Posterior, posterior
from .reasons import repair_reason
from .rulebook import DeclaredRule, PartsRule, ReasonRule, Rulebook, SumRule, default_rulebook
from .views import view_of

OTHERS_SURE = 0.95  # as read, of every other cell around one that was lost whole
SHOWN = 1e-5  # alternatives less likely than this are not written down
FAR = 1.5
"""A total that its parts exceed so many times is none that a document misprints: of 37 broken sums among 554 forms the
parts exceed none by more than 4 in a hundred (sheets that were counted wrong are off by little). Points lost throughout
a page do it, in the weights and the scores alike, so that each cell confirms the other one's misreading."""


@dataclass(frozen=True, slots=True)
class InferenceSettings:
    """``repair_at``: the marginal at which a repair is made; ``rival``: the marginal of another single change that
    forbids it; ``sure``: the probability that settles a verdict; ``suspect``: the doubt at which a cell of a broken
    rule goes to review; ``candidates``: misreadings kept per cell."""

    repair_at: float = 0.9
    rival: float = 0.005
    sure: float = 0.8
    suspect: float = 0.001
    candidates: int = 5
    alternatives: int = 5
    errors: ErrorModel = field(default_factory=load_error_model)
    priors: Priors = field(default_factory=load_priors)

    def __post_init__(self) -> None:
        for name in ("repair_at", "rival", "sure", "suspect"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise GeometryError(f"{name} is a probability between 0 and 1, not {getattr(self, name)}")


def infer(form: Form, rulebook: Rulebook | None = None, settings: InferenceSettings | None = None) -> Form:
    """The form with what its arithmetic says of it.

    Numeric cells get their marginal as ``confidence`` and their rivals as ``alternatives``; clear misreadings are
    repaired (``origin`` "repaired", ``raw`` kept); ``findings`` are those of the form after repair, each with its
    verdict and, where the reading may be wrong, a suggestion; the cells of a broken rule that is not the document's go
    to review.
    Cells corrected by a person are taken as they are. Text cells are not touched, save the names that print a weight
    ("产出指标50分") which the weights below do not add up to: they get the marginal of that weight, and go to review
    where it leaves a doubt.
    """
    rules, options = rulebook or default_rulebook(), settings or InferenceSettings()
    if view := view_of(form):
        return view.as_printed(infer(view.form, rules, options), rules.term)
    every = instances(form, rules)
    found = posterior(form, rules, options.errors, options.priors, size=options.candidates)
    weighed = form.with_cells(_weighed(form, found, options))
    repaired = _repaired(weighed, every, found, rules, options)
    findings = tuple(_judged(repaired, f, found, rules, options) for f in check(repaired, rules))
    told = _doubted_labels(replace(repaired, findings=findings), every, found, options)
    return _sent_to_review(_asked_if_rounded(told, every), rules, options)


def _weighed(form: Form, found: Posterior, options: InferenceSettings) -> dict[str, Cell]:
    """The numeric cells with their marginals."""
    out = {}
    for address, cell in form.cells():
        if not is_number_column(address) or cell.origin in ("corrected", "absent"):
            continue
        variable, beliefs = found.variables[address], found.beliefs[address]
        sure = variable.as_read(beliefs)
        if variable.read is None:
            sure = min(sure, cell.confidence)
        ranked = sorted(zip(variable.texts, beliefs, strict=False), key=lambda pair: -pair[1])
        others = tuple((t, min(p, 1.0)) for t, p in ranked if t != cell.text and p >= SHOWN)[: options.alternatives]
        out[address] = replace(cell, confidence=min(max(sure, 0.0), 1.0), alternatives=others)
    return out


def _repaired(
    form: Form, every: tuple[Instance, ...], found: Posterior, rulebook: Rulebook, options: InferenceSettings
) -> Form:
    """The form with all clear repairs made."""
    proposed: dict[str, tuple[str, float]] = {}
    for address, cell in form.cells():
        if is_number_column(address) and cell.origin == "read" and cell.alternatives:
            text, chance = cell.alternatives[0]
            if _of_value(cell, text) >= options.repair_at:
                proposed[address] = (text, chance)
    if not proposed:
        return form
    changed = form.with_cells({a: replace(form.cell(a), text=t) for a, (t, _) in proposed.items()})
    broken = [i for i in every if evaluate(form, i, rulebook)]
    made: dict[str, Cell] = {}
    for address, (text, chance) in proposed.items():
        cell, around = form.cell(address), [i for i in every if address in i.cells]
        still = [i for i in around if evaluate(changed, i, rulebook)]
        mended = [i for i in around if i in broken and i not in still]
        words = read_number(cell.text) is None and not is_blank(cell.text)  # cannot be right, whatever it breaks
        breaks = not words and any(i not in broken and not isinstance(i.rule, ReasonRule) for i in still)
        sums = [i for i in mended if not isinstance(i.rule, ReasonRule)]
        founded = sums or words or not (printable(cell.text) and read_number(text))  # not on likelihood alone
        if is_blank(cell.text) and not all(_well_read(found, i, address) for i in sums):
            founded = False  # what was lost whole could make up for any misreading of the others
        if not text.strip() and not is_blank(cell.text):
            founded = False  # sums cannot tell nothing from 0, and something stands there, print or dirt
        if founded and not breaks and _alone(form, address, mended, every, proposed, rulebook, options):
            made[address] = replace(
                cell.repaired(text, chance, repair_reason(form, address, text, chance, sums, rulebook)),
                alternatives=_swapped(cell, text, found.variables[address].as_read(found.beliefs[address])),
            )
        else:
            likelier = f"read as {cell.text}, but {text or 'nothing'} is more likely ({chance:.4f})"
            made[address] = cell.with_review(likelier)
    return form.with_cells(made)


def _well_read(found: Posterior, instance: Instance, address: str) -> bool:
    """Whether no other cell of the rule was in doubt before the rules were heard."""
    others = [v for a in instance.cells if a != address and (v := found.variables.get(a))]
    return all(v.as_read(v.chances) >= OTHERS_SURE for v in others)


def _of_value(cell: Cell, text: str) -> float:
    """The belief in all alternatives that print the same number, however many decimals they give it."""
    number = read_number(text)
    if number is None:
        return dict(cell.alternatives)[text]
    same = ((n, p) for t, p in cell.alternatives if (n := read_number(t)) is not None)
    return sum(p for n, p in same if (n.amount, n.unit) == (number.amount, number.unit))


def _swapped(cell: Cell, text: str, as_read: float) -> tuple[tuple[str, float], ...]:
    """The alternatives of a repaired cell: what was read is now one of them."""
    mine = (cell.text, min(1.0, as_read))
    return tuple(sorted([mine, *(a for a in cell.alternatives if a[0] != text)], key=lambda a: -a[1]))


def _alone(
    form: Form,
    address: str,
    mended: list[Instance],
    every: tuple[Instance, ...],
    proposed: dict[str, tuple[str, float]],
    rulebook: Rulebook,
    options: InferenceSettings,
) -> bool:
    """Whether no other single change that is at all likely mends the same rules without breaking another."""
    for other in {cell for instance in mended for cell in instance.cells} - {address, *proposed}:
        if not is_number_column(other):
            continue
        for text, chance in form.cell(other).alternatives:
            if chance < options.rival:
                continue
            tried = form.with_cells({other: replace(form.cell(other), text=text)})
            around = [i for i in every if other in i.cells]
            allowed = [i for i in around if i not in mended and evaluate(form, i, rulebook)]
            if not any(evaluate(tried, i, rulebook) for i in [*mended, *around] if i not in allowed):
                return False
    return True


def _judged(form: Form, finding: Finding, found: Posterior, rulebook: Rulebook, options: InferenceSettings) -> Finding:
    """The finding with its verdict and, where the reading may be wrong, the likeliest text that would mend it."""
    instance = _instance(form, finding, rulebook)
    document = max(0.0, 1.0 - sum(1.0 - form.cell(a).confidence for a in instance.cells))  # whatever ties the cells
    if not any(form.cell(a).origin == "repaired" for a in instance.cells):
        document = max(document, found.as_read.get((finding.rule, finding.cells[0]), 0.0))
    verdict: Verdict = "unclear"
    if document >= options.sure and not _beyond_misprints(form, instance):
        verdict = "document"
    elif document <= 1.0 - options.sure:
        verdict = "reading"
    suggestion = None if verdict == "document" else _suggestion(form, instance, rulebook, options)
    return replace(finding, verdict=verdict, suggestion=suggestion)


def _beyond_misprints(form: Form, instance: Instance, doubt: float = 1.0) -> bool:
    """Whether the parts of a total exceed it by more than a document's own errors do; parts with a greater ``doubt``
    are left out, and a total with one tells nothing."""
    if not isinstance(instance.rule, SumRule | PartsRule):
        return False
    heard = {a for a in instance.cells if 1.0 - form.cell(a).confidence <= doubt}
    known = summed(form, replace(instance, terms=tuple(t for t in instance.terms if t in heard)))
    return instance.result in heard and known is not None and 0 < FAR * known.total.amount < known.computed


def _suggestion(form: Form, instance: Instance, rulebook: Rulebook, options: InferenceSettings) -> Suggestion | None:
    best: tuple[float, str, str] | None = None
    for address in instance.cells:
        cell = form.cell(address)
        if not is_number_column(address) or cell.origin == "corrected":
            continue
        for text, chance in cell.alternatives:
            likely = chance >= 0.01 and (best is None or chance > best[0])
            if likely and not evaluate(form.with_cells({address: replace(cell, text=text)}), instance, rulebook):
                best = (chance, address, text)
    return None if best is None else Suggestion(best[1], best[2])


def _doubted_labels(form: Form, every: tuple[Instance, ...], found: Posterior, options: InferenceSettings) -> Form:
    """The form with the names marked whose printed weight disagrees with its sum and may be misread.

    The disagreement is told either way. But a 0 that was lost from the name should not be told to an auditor as the
    document's error before someone has looked.
    """
    marked: dict[str, Cell] = {}
    findings = {(f.rule, f.cells): f for f in form.findings}
    for instance in every:
        finding = findings.get((instance.rule.name, (instance.key,)))
        variable = found.variables.get(f"declared:{instance.key}")
        if finding is None or variable is None or not isinstance(instance.rule, DeclaredRule):
            continue
        sure = variable.as_read(found.beliefs[variable.address])
        if 1.0 - sure < options.suspect:
            continue
        for address in (t.removesuffix(instance.rule.column) + instance.rule.label for t in instance.terms):
            cell = form.cell(address)
            if cell.origin == "read":
                less = replace(cell, confidence=min(cell.confidence, sure))
                marked[address] = less.with_review(f"{finding.rule}: {finding.message}")
    return form.with_cells(marked)


def _asked_if_rounded(form: Form, every: tuple[Instance, ...]) -> Form:
    """The form with the totals marked that agree with their terms only rounded to fewer decimals than these need: none
    of 162 printed ones does, but one does whose last digits were lost (99.3 of 99.31, the 1 in a line of its own)."""
    marked: dict[str, Cell] = {}
    for instance in every:
        if not isinstance(instance.rule, SumRule | PartsRule) or form.cell(instance.result).origin == "corrected":
            continue
        known = summed(form, instance)
        if known is not None and known.total.amount != known.computed and known.total.agrees(known.computed):
            reason = f"its parts add up to {known.exact}, which this is only if it is rounded"
            marked[instance.result] = form.cell(instance.result).with_review(reason)
    return form.with_cells(marked)


def _sent_to_review(form: Form, rulebook: Rulebook, options: InferenceSettings) -> Form:
    """Where a rule is broken and the document cannot be blamed, every doubtful cell of the rule is marked; every cell
    where no document would be that wrong."""
    marked: dict[str, Cell] = {}
    for finding in form.findings:
        if finding.verdict == "document":
            continue
        instance = _instance(form, finding, rulebook)
        suspect = 0.0 if _beyond_misprints(form, instance, options.suspect) else options.suspect
        for address in instance.cells:
            cell = marked.get(address, form.cell(address))
            if cell.origin not in ("corrected", "absent") and 1.0 - cell.confidence >= suspect:
                marked[address] = cell.with_review(f"{finding.rule}: {finding.message}")
    return form.with_cells(marked)


def _instance(form: Form, finding: Finding, rulebook: Rulebook) -> Instance:
    return next(i for i in instances(form, rulebook) if i.rule.name == finding.rule and (i.key,) == finding.cells)
