from hypothesis import given
from hypothesis import strategies as st

from benchmarks.metrics.distance import Tree, levenshtein, tree_distance


def plain_levenshtein(a: str, b: str) -> int:
    rows = [list(range(len(b) + 1))]
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (x != y)))
        rows.append(row)
    return rows[-1][-1]


@given(st.text("ab万%", max_size=80), st.text("ab万%", max_size=80))
def test_levenshtein_is_the_textbook_one(a, b):
    assert levenshtein(a, b) == plain_levenshtein(a, b)


def cost(a, b):
    return float(a != b)


def tree(label, *children):
    return Tree(label, children)


def test_example_of_zhang_and_shasha():
    a = tree("f", tree("d", tree("a"), tree("c", tree("b"))), tree("e"))
    b = tree("f", tree("c", tree("d", tree("a"), tree("b"))), tree("e"))
    assert tree_distance(a, b, cost) == 2


def test_inserting_between_parent_and_children_costs_one():
    assert tree_distance(tree("a", tree("b"), tree("c")), tree("a", tree("x", tree("b"), tree("c"))), cost) == 1


def trees(letters, children, leaves):
    def grown(kids):
        return st.builds(lambda x, y: Tree(x, tuple(y)), st.sampled_from(letters), st.lists(kids, max_size=children))

    return st.recursive(st.sampled_from(letters).map(tree), grown, max_leaves=leaves)


TREES, SMALL = trees("xyz", 3, 7), trees("xy", 2, 3)


def forest_distance(a, b):
    """Straight from the definition: remove the last root, or match the two last roots."""
    if not a and not b:
        return 0.0
    options = []
    if a:
        options.append(forest_distance(a[:-1] + a[-1].children, b) + 1)
    if b:
        options.append(forest_distance(a, b[:-1] + b[-1].children) + 1)
    if a and b:
        inside = forest_distance(a[-1].children, b[-1].children)
        options.append(forest_distance(a[:-1], b[:-1]) + inside + cost(a[-1].label, b[-1].label))
    return min(options)


def size(node):
    return 1 + sum(size(c) for c in node.children)


@given(SMALL.filter(lambda t: size(t) <= 5), SMALL.filter(lambda t: size(t) <= 5))
def test_tree_distance_follows_the_definition(a, b):
    assert tree_distance(a, b, cost) == forest_distance((a,), (b,))


@given(TREES, TREES)
def test_tree_distance_is_a_metric(a, b):
    there, back = tree_distance(a, b, cost), tree_distance(b, a, cost)
    assert there == back
    assert (there == 0) == (a == b)
    assert abs(size(a) - size(b)) <= there <= max(size(a), size(b)) * 2
