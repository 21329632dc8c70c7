"""Exact marginals of numbers that add up: forward and backward over partial sums in whole units.

A term is a list of (value, mass); what its masses lack of 1 is the mass of "some other value", which makes the sum
unknown. A sum's factor is ``base`` wherever nothing is known and ``base + peak(sum)`` for a known sum. The message to
a term, factor and all other terms summed out, is then ``base + sum of F(a) * B(a + value)`` with F the masses of the
partial sums before it and B the peaks' masses carried back over the terms after it: the classical forward-backward
algorithm (Rabiner 1989) with the partial sum as the hidden state.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence

Masses = dict[int, float]

MOST = 2000  # states kept of a partial sum; a form whose numbers are read well has a few dozen
TINY = 1e-12  # of the heaviest state: lighter partial sums are dropped, far below any probability that is reported


def convolved(sums: Masses, term: Masses) -> Masses:
    """The masses of (partial sum + term)."""
    out: Masses = {}
    for value, mass in term.items():
        for a, m in sums.items():
            key = a + value
            if key in out:
                out[key] += m * mass
            else:
                out[key] = m * mass
    return pruned(out)


def pruned(sums: Masses) -> Masses:
    """Without the lightest: those below ``TINY`` of the heaviest, and of more than ``MOST`` states the rest."""
    if len(sums) < 8:
        return sums
    least = max(sums.values()) * TINY
    kept = {a: m for a, m in sums.items() if m >= least}
    if len(kept) <= MOST:
        return kept
    floor = heapq.nlargest(MOST, kept.values())[-1]
    return {a: m for a, m in kept.items() if m >= floor}


def total_of(terms: Sequence[Masses]) -> Masses:
    """The masses of the sum of all terms (without the paths on which a term is some other value)."""
    sums: Masses = {0: 1.0}
    for term in terms:
        sums = convolved(sums, term)
    return sums


def leave_one_out(terms: Sequence[Masses], peak: Callable[[int], float]) -> tuple[list[Masses], Masses]:
    """(for each term the peaks' message to each of its values, the masses of the total sum).

    The message leaves the term's own masses out; add the factor's ``base`` to it.
    """
    forward: list[Masses] = [{0: 1.0}]
    for term in terms:
        forward.append(convolved(forward[-1], term))
    after = {a: p for a in forward[-1] if (p := peak(a)) > 0.0}
    messages: list[Masses] = []
    for term, before in zip(reversed(terms), reversed(forward[:-1]), strict=True):
        message: Masses = {}
        carried: Masses = {}
        for value, mass in term.items():
            reached = 0.0
            # Meet in the smaller of the two sets: few partial sums, or few sums that still lead to a peak.
            for b, p in after.items():
                a = b - value
                if a in before:
                    reached += before[a] * p
                    carried[a] = carried.get(a, 0.0) + mass * p
            message[value] = reached
        messages.append(message)
        after = carried
    messages.reverse()
    return messages, forward[-1]
