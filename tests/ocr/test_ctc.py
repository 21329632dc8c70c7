from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ocr.ctc import BLANK, Alphabet, best_path

TEXTS = ("", "1", "8", "：", ":", "１", "万")
ALPHABET = Alphabet(TEXTS)


def frames(*rows: dict[int, float]) -> np.ndarray:
    """Posteriors: what is given per class, the rest to the blank."""
    table = np.zeros((len(rows), len(TEXTS)), np.float32)
    for t, row in enumerate(rows):
        for k, p in row.items():
            table[t, k] = p
        table[t, BLANK] += 1 - sum(row.values())
    return table


def test_repeated_frames_are_one_character_and_a_blank_parts_two() -> None:
    found = best_path(frames({1: 0.9}, {1: 0.7}, {}, {1: 0.6}, {2: 0.8}, {2: 0.95}), ALPHABET)
    assert [c.text for c in found] == ["1", "1", "8"]
    assert [c.posterior for c in found] == pytest.approx([0.9, 0.6, 0.95]), "its best frame"
    assert [c.position for c in found] == pytest.approx([1 / 6, 3.5 / 6, 5 / 6]), "the middle of its frames"


def test_nothing_but_blanks_is_no_text() -> None:
    assert best_path(frames({}, {1: 0.3}, {}), ALPHABET) == ()
    assert best_path(np.zeros((0, len(TEXTS)), np.float32), ALPHABET) == ()


def test_widths_of_one_character_are_no_doubt_about_it() -> None:
    (colon,) = best_path(frames({3: 0.55, 4: 0.40}), ALPHABET)
    assert colon.text == "：" and colon.posterior == pytest.approx(0.95)
    (one,) = best_path(frames({1: 0.5, 5: 0.2, 2: 0.3}), ALPHABET)
    assert one.text == "1" and one.posterior == pytest.approx(0.7), "8 is another character"
    (eight,) = best_path(frames({2: 0.6, 1: 0.2}), ALPHABET)
    assert eight.posterior == pytest.approx(0.6)


def test_whether_a_space_stands_there_is_no_doubt_about_the_text() -> None:
    """What else may stand there is: 3 5 that may be 3.5."""
    spaced = Alphabet(("", "3", "5", " ", "."))
    table = np.array([[0.0, 1, 0, 0, 0], [0.38, 0, 0, 0.52, 0.1], [0.01, 0, 0.99, 0, 0]], np.float32)
    found = best_path(table, spaced)
    assert [c.text for c in found] == ["3", " ", "5"]
    assert [c.posterior for c in found] == pytest.approx([1.0, 0.9, 0.99])
    assert found[1].others == ((".", pytest.approx(0.1)),)
    alone = best_path(np.array([[0.3, 0.7]], np.float32), Alphabet(("", " ")))
    assert [c.posterior for c in alone] == pytest.approx([1.0]), "an alphabet without any other kin"


def test_kin_are_the_classes_of_equal_nfkc() -> None:
    assert {k: v.tolist() for k, v in ALPHABET.kin.items()} == {1: [1, 5], 5: [1, 5], 3: [3, 4], 4: [3, 4]}
    assert len(ALPHABET) == len(TEXTS)
    assert Alphabet(["", " ", "\u3000"]).kin == {}, "blanks are no characters"


def test_positions_are_shares_of_the_line_and_not_of_its_padding() -> None:
    table = frames({1: 0.9}, {}, {2: 0.9}, {}, {}, {})
    assert [c.position for c in best_path(table, ALPHABET, length=3.0)] == pytest.approx([0.5 / 3, 2.5 / 3])
    assert best_path(frames({}, {}, {1: 0.9}), ALPHABET, length=2.0)[0].position == 1.0, "never beyond the end"


def naive(table: np.ndarray) -> list[tuple[str, float]]:
    """Collapse by definition: runs of one class, blanks dropped; kin summed in every frame, the best one taken."""
    found, t = [], 0
    for k, run in groupby(int(np.argmax(row)) for row in table):
        length = len(list(run))
        if k != BLANK:
            kin = [
                j
                for j in range(1, len(TEXTS))
                if {TEXTS[j], TEXTS[k]} <= {"：", ":"} or {TEXTS[j], TEXTS[k]} <= {"1", "１"} or j == k
            ]
            found.append((TEXTS[k], max(float(sum(row[j] for j in kin)) for row in table[t : t + length])))
        t += length
    return found


POSTERIORS = arrays(np.float32, st.tuples(st.integers(0, 12), st.just(len(TEXTS))), elements=st.floats(0, 1, width=32))


@given(POSTERIORS)
def test_agrees_with_a_naive_reference(table: np.ndarray) -> None:
    table = table / np.maximum(table.sum(axis=1, keepdims=True), 1e-6)
    found = best_path(table, ALPHABET)
    expected = naive(table)
    assert [c.text for c in found] == [text for text, _ in expected]
    assert [c.posterior for c in found] == pytest.approx([min(1.0, p) for _, p in expected], abs=1e-5)
    assert all(0.0 <= c.posterior <= 1.0 and 0.0 < c.position <= 1.0 for c in found)
    assert [c.position for c in found] == sorted(c.position for c in found)


@given(POSTERIORS, st.integers(1, 4))
def test_the_pace_does_not_matter(table: np.ndarray, times: int) -> None:
    """Every frame repeated: the same text, the same posteriors, the same places."""
    slow = best_path(np.repeat(table, times, axis=0), ALPHABET)
    for a, b in zip(best_path(table, ALPHABET), slow, strict=True):
        assert (a.text, a.posterior) == (b.text, b.posterior) and a.position == pytest.approx(b.position)
