"""The beam against every path there is, on lines short enough to write them all down."""

from __future__ import annotations

import itertools
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ocr.beam import Beam, _Prefixes, _step, n_best
from ocr.ctc import BLANK, Alphabet, best_path

ALPHABET = Alphabet(["", "一", "5", "."])
WIDTHS = Alphabet(["", "：", ":", "5"])


def posteriors(seed: int, frames: int, classes: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).dirichlet(np.full(classes, 0.5), frames).astype(np.float32)


def brute_force(frames: NDArray[np.float32], texts: list[str]) -> dict[str, float]:
    """The probability of every text: all paths written out and collapsed."""
    found: dict[str, float] = defaultdict(float)
    for path in itertools.product(range(frames.shape[1]), repeat=len(frames)):
        p = float(np.prod([frames[t, k] for t, k in enumerate(path)], dtype=np.float64))
        found["".join(texts[k] for k, _ in itertools.groupby(path) if k != BLANK)] += p
    return found


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6))
def test_every_text_has_the_sum_over_its_paths(seed: int, length: int) -> None:
    frames = posteriors(seed, length, 4)
    want = brute_force(frames, list(ALPHABET.texts))
    got = n_best(frames, ALPHABET, size=10_000, width=10_000, least=0.0)
    assert dict(got) == pytest.approx(want, abs=1e-6)
    assert [p for _, p in got] == sorted((p for _, p in got), reverse=True)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6))
def test_a_narrow_beam_never_claims_more_than_there_is(seed: int, length: int) -> None:
    frames = posteriors(seed, length, 4)
    want = brute_force(frames, list(ALPHABET.texts))
    for text, p in n_best(frames, ALPHABET, size=3, width=3, least=0.05):
        assert p <= want[text] + 1e-6


def plain_step(beam: Beam, chances: list[tuple[int, float]], prefixes: _Prefixes, width: int) -> Beam:
    """Every prefix that any class leads to, and then the likeliest."""
    blanks = {prefix: (blank + character) * chances[0][1] for prefix, (blank, character) in beam.items()}
    characters: dict[int, float] = {}
    for prefix, (blank, character) in beam.items():
        characters.setdefault(prefix, 0.0)
        for k, p in chances[1:]:
            again = prefix and prefixes.last[prefix] == k
            characters[prefix] += character * p if again else 0.0
            child = prefixes.grown(prefix, k)
            characters[child] = characters.get(child, 0.0) + (blank if again else blank + character) * p
    alive = [(blanks.get(prefix, 0.0) + c, prefix) for prefix, c in characters.items()]
    alive = [one for one in alive if one[0] > 0.0]
    if len(alive) > width:
        alive = sorted(alive, key=lambda one: -one[0])[:width]
    return {prefix: (blanks.get(prefix, 0.0), characters[prefix]) for _, prefix in alive}


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(1, 10))
def test_what_has_no_place_in_a_full_beam_is_not_followed_and_changes_nothing(
    seed: int, length: int, width: int
) -> None:
    """The same prefixes in the same order, to the last bit."""
    found, prefixes = {0: (1.0, 0.0)}, _Prefixes()
    want, every = {0: (1.0, 0.0)}, _Prefixes()
    for frame in posteriors(seed, length, 6).tolist():
        found = _step(found, list(enumerate(frame)), prefixes, width)
        want = plain_step(want, list(enumerate(frame)), every, width)
        kept = [(prefixes.classes(prefix), chances) for prefix, chances in found.items()]
        assert kept == [(every.classes(prefix), chances) for prefix, chances in want.items()]


def test_two_equal_characters_need_a_blank_between_them() -> None:
    frames = np.zeros((3, 4), np.float32)
    frames[0, 2] = frames[2, 2] = 1.0
    frames[1] = [0.7, 0.0, 0.3, 0.0]
    assert n_best(frames, ALPHABET) == (("55", pytest.approx(0.7)), ("5", pytest.approx(0.3)))


def test_the_widths_of_a_character_are_one_text() -> None:
    frames = np.array([[0.0, 0.5, 0.4, 0.1], [1.0, 0.0, 0.0, 0.0], [0.0, 0.3, 0.6, 0.1]], np.float32)
    texts = dict(n_best(frames, WIDTHS))
    assert texts["::"] == pytest.approx(0.81)
    assert set(texts) == {"::", ":5", "5:", "55"}


def test_a_point_in_doubt_gives_both_numbers() -> None:
    frames = np.array([[0, 0, 1, 0], [0.4, 0, 0, 0.6], [0, 0, 1, 0]], np.float32)
    assert [t for t, _ in n_best(frames, ALPHABET)] == ["5.5", "55"]
    assert "".join(c.text for c in best_path(frames, ALPHABET)) == "5.5"


def test_a_long_line_of_unsure_frames_does_not_underflow() -> None:
    frames = np.full((2000, 4), 0.25, np.float32)
    assert all(p >= 0.0 for _, p in n_best(frames, ALPHABET))
    sure = np.tile(np.array([[0.9999, 0.0, 0.0001, 0.0]], np.float32), (2000, 1))
    assert n_best(sure, ALPHABET)[0][0] == ""


def test_no_frames_are_an_empty_text() -> None:
    assert n_best(np.zeros((0, 4), np.float32), ALPHABET) == (("", 1.0),)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 5))
def test_frames_of_blanks_only_change_nothing_but_the_probability(seed: int, length: int, blanks: int) -> None:
    frames = posteriors(seed, length, 4)
    silent = np.tile(np.array([[0.9, 0.0, 0.0, 0.0]], np.float32), (blanks, 1))
    want = n_best(frames, ALPHABET, size=3, width=10_000)
    got = n_best(np.vstack([silent, frames, silent]), ALPHABET, size=3, width=10_000)
    assert [text for text, _ in got] == [text for text, _ in want]
    assert [p for _, p in got] == pytest.approx([p * 0.9 ** (2 * blanks) for _, p in want], rel=1e-5)
