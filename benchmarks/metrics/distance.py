"""Edit distances: of strings (Myers 1999, as simplified by Hyyrö 2003) and of ordered trees (Zhang and Shasha 1989)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

Label = TypeVar("Label")


@dataclass(frozen=True, slots=True)
class Tree(Generic[Label]):
    label: Label
    children: tuple[Tree[Label], ...] = ()


@lru_cache(maxsize=65536)
def levenshtein(a: str, b: str) -> int:
    """Least number of characters inserted, deleted or replaced that turns ``a`` into ``b``."""
    if not a or not b:
        return len(a) + len(b)
    where: dict[str, int] = {}
    for k, c in enumerate(a):
        where[c] = where.get(c, 0) | 1 << k
    full, last, score = (1 << len(a)) - 1, 1 << (len(a) - 1), len(a)
    plus, minus = full, 0
    for c in b:
        equal = where.get(c, 0)
        down = equal | minus
        across = (((equal & plus) + plus) ^ plus) | equal
        up, less = minus | ~(across | plus), plus & across
        score += bool(up & last) - bool(less & last)
        up, less = up << 1 | 1, less << 1
        plus, minus = (less | ~(down | up)) & full, up & down & full
    return score


def tree_distance(a: Tree[Label], b: Tree[Label], rename: Callable[[Label, Label], float]) -> float:
    """Least cost of turning tree ``a`` into ``b``: 1 to insert or delete a node, ``rename`` to change its label."""
    labels_a, left_a, roots_a = _postorder(a)
    labels_b, left_b, roots_b = _postorder(b)
    renames = [[rename(x, y) for y in labels_b] for x in labels_a]
    trees = [[0.0] * len(labels_b) for _ in labels_a]
    for i in roots_a:
        for j in roots_b:
            _forest(i, j, left_a, left_b, renames, trees)
    return trees[-1][-1]


def _postorder(tree: Tree[Label]) -> tuple[list[Label], list[int], list[int]]:
    """Labels in postorder, every node's leftmost leaf, and the key roots (the root, nodes with a left sibling)."""
    labels: list[Label] = []
    left: list[int] = []

    def walk(node: Tree[Label]) -> int:
        leaves = [walk(child) for child in node.children]
        labels.append(node.label)
        left.append(leaves[0] if leaves else len(labels) - 1)
        return left[-1]

    walk(tree)
    return labels, left, sorted({leaf: k for k, leaf in enumerate(left)}.values())


def _forest(
    i: int, j: int, left_a: list[int], left_b: list[int], renames: list[list[float]], trees: list[list[float]]
) -> None:
    """Fill in the distances of all subtree pairs that begin at the same leaves as ``i`` and ``j``."""
    la, lb = left_a[i], left_b[j]
    m, n = i - la + 2, j - lb + 2
    table = [[float(y) for y in range(n)]]
    for x in range(1, m):
        node_a, above = la + x - 1, table[-1]
        row = [float(x)]
        whole_a, start_a = left_a[node_a] == la, left_a[node_a] - la
        for y in range(1, n):
            node_b = lb + y - 1
            best = min(above[y], row[y - 1]) + 1
            if whole_a and left_b[node_b] == lb:
                best = min(best, above[y - 1] + renames[node_a][node_b])
                trees[node_a][node_b] = best
            else:
                best = min(best, table[start_a][left_b[node_b] - lb] + trees[node_a][node_b])
            row.append(best)
        table.append(row)
