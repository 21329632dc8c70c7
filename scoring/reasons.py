"""Why a number was repaired, in words that a reviewer can check on the page."""

from __future__ import annotations

from forms import Form

from .check import counted, evaluate
from .instances import Instance
from .rulebook import DeclaredRule, PartsRule, RatioRule, Rulebook, SchemeRule, SumRule


def repair_reason(form: Form, address: str, new: str, chance: float, mended: list[Instance], rulebook: Rulebook) -> str:
    """One line: what holds only with the new text, what was read, and how sure that is. ``form`` is as read."""
    told = [i for i in mended if not isinstance(i.rule, SchemeRule)] or mended
    what = _only_if(form, address, new, told[0], rulebook) if told else f"the figures around it agree only with {new}"
    if len(mended) > 1:
        others = dict.fromkeys(i.rule.name for i in mended if i is not told[0])
        what += f" (and so {', '.join(others)})"
    return f"{what}; read as {form.cell(address).text or 'nothing'} ({chance:.2%} sure)"


def _only_if(form: Form, address: str, new: str, instance: Instance, rulebook: Rulebook) -> str:
    shown = new or "blank"
    rule, result = instance.rule, form.cell(instance.result).text
    if isinstance(rule, SumRule | PartsRule | DeclaredRule):
        present = sum(bool(form.cell(t).text) or t == address for t in instance.terms)
        what = counted(instance, present, rulebook)
        if address == instance.result:
            return f"{what} add up to {shown}"
        return f"{what} add up to {result} only if this is {shown}"
    if isinstance(rule, RatioRule):
        above, below, rate = (_shown(form, a, address, new) for a in (*instance.terms, instance.result))
        names = [rulebook.term(a.rpartition(".")[2]) for a in (*instance.terms, instance.result)]
        return f"{names[0]} {above} of {names[1]} {below} is a {names[2]} of {rate} only if this is {shown}"
    finding = evaluate(form, instance, rulebook)
    return f"{finding.message if finding else rule.name}, which holds only if this is {shown}"


def _shown(form: Form, address: str, changed: str, new: str) -> str:
    return new if address == changed else form.cell(address).text
