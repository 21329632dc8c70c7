"""Pieces of a mask: the same as OpenCV's, whatever the mask, and never more of them than were allowed for."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layout.components import MOST_LABELS, components, inked_part, most_labels, places


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0, 1), st.integers(0, 9))
def test_they_are_those_of_the_plain_call(height: int, width: int, share: float, seed: int) -> None:
    mask = (np.random.default_rng(seed).random((height, width)) < share).astype(np.uint8)
    count, labels, stats, middles = components(mask)
    plain = cv2.connectedComponentsWithStats(mask, connectivity=8)
    assert count == plain[0]
    assert np.array_equal(labels, plain[1]) and np.array_equal(stats, plain[2])
    assert np.allclose(middles[1:], plain[3][1:])
    assert places(mask).tolist() == np.flatnonzero(mask).tolist()


@pytest.mark.parametrize(("height", "width"), [(700, 701), (701, 700)])
@pytest.mark.parametrize("share", [0.001, 0.05, 0.3, 0.5, 0.9])
def test_a_page_of_noise_has_no_more_labels_than_were_allowed_for(height: int, width: int, share: float) -> None:
    mask = (np.random.default_rng(1).random((height, width)) < share).astype(np.uint8)
    count, labels, stats, _ = components(mask)
    plain = cv2.connectedComponentsWithStats(mask, connectivity=8)
    assert count == plain[0] <= most_labels(mask)
    assert np.array_equal(labels, plain[1]) and np.array_equal(stats, plain[2])


def test_more_pieces_than_short_labels_can_tell_apart_are_all_found() -> None:
    mask = np.zeros((700, 701), np.uint8)
    mask[::2, ::2] = 1
    assert most_labels(mask) > MOST_LABELS
    assert components(mask)[0] == 350 * 351 + 1


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0, 0.1), st.integers(0, 9))
def test_the_inked_part_of_a_mask_has_its_pieces_in_their_order(
    height: int, width: int, share: float, seed: int
) -> None:
    mask = (np.random.default_rng(seed).random((height, width)) < share).astype(np.uint8)
    left, top, right, bottom = inked_part(mask)
    assert np.count_nonzero(mask) == np.count_nonzero(mask[top:bottom, left:right])
    assert (right > 0) == mask.any()
    if right > 0:
        _, labels, stats, _ = components(mask)
        _, part, found, _ = components(mask[top:bottom, left:right])
        assert np.array_equal(part, labels[top:bottom, left:right])
        assert np.array_equal(np.add(found[1:], [left, top, 0, 0, 0]), stats[1:])
