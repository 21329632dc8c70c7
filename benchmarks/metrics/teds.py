"""TEDS, the tree-edit-distance similarity of tables (Zhong, ShafieiBavani, Jimeno Yepes 2019, arXiv 1911.10683).

``1 - distance / max(nodes)`` over trees table > tr > td. A cell renamed costs 1 when its spans differ, else the
edit distance of the texts over the longer one's length (structure only: 0). Nodes are counted without the root, as
in the authors' code. Our trees have no thead and tbody.
"""

from __future__ import annotations

from .distance import Tree, levenshtein, tree_distance
from .tables import TextTable, normal

Label = tuple[str, int, int, str]


def teds(truth: TextTable, found: TextTable, *, structure_only: bool = False) -> float:
    """Similarity from 0 to 1; 1 for two empty tables."""
    a, b = _tree(truth, structure_only), _tree(found, structure_only)
    nodes = max(_size(a), _size(b))
    return 1.0 - tree_distance(a, b, _rename) / nodes if nodes else 1.0


def teds_page(truth: list[TextTable], found: list[TextTable], *, structure_only: bool = False) -> list[float]:
    """Per true table its TEDS with the found one in the same place of the order; 0 where there is none."""
    pairs = [teds(t, f, structure_only=structure_only) for t, f in zip(truth, found, strict=False)]
    return pairs + [0.0] * (len(truth) - len(pairs))


def _tree(table: TextTable, structure_only: bool) -> Tree[Label]:
    rows: list[list[Tree[Label]]] = [[] for _ in range(table.n_rows)]
    for c in sorted(table.cells):
        rows[c.row].append(Tree(("td", c.row_span, c.col_span, "" if structure_only else normal(c.text))))
    return Tree(("table", 1, 1, ""), tuple(Tree(("tr", 1, 1, ""), tuple(cells)) for cells in rows))


def _size(tree: Tree[Label]) -> int:
    return sum(1 + len(row.children) for row in tree.children)


def _rename(a: Label, b: Label) -> float:
    if a[:3] != b[:3]:
        return 1.0
    if a[3] == b[3]:
        return 0.0
    return levenshtein(a[3], b[3]) / max(len(a[3]), len(b[3]))
