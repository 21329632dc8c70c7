from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import TemplateError
from scoring.calibration import (
    ALONE,
    KINDS,
    Evidence,
    Kind,
    default_calibration,
    features,
    load_calibration,
    probability,
)

SURE = Evidence("text", posterior=0.9999, weakest=0.9999, length=8, lines=1)
SHARES = st.floats(0, 1)
EVIDENCE = st.builds(
    Evidence, st.sampled_from(KINDS), SHARES, SHARES, SHARES, st.integers(0, 500), st.integers(0, 40),
    st.floats(0, 100), st.floats(-5, 5), st.integers(0, 9), st.integers(0, 9), SHARES, st.floats(1, 200), SHARES,
    SHARES,
)  # fmt: skip


@given(EVIDENCE)
def test_whatever_is_known_gives_a_probability_within_the_bounds_seen(evidence: Evidence) -> None:
    model = default_calibration().kinds[evidence.kind]
    least = 1.0 - model.most if not evidence.alone else min(ALONE, 1.0 - model.most)
    assert least - 1e-12 <= probability(evidence) <= 1.0 - model.least + 1e-12


def test_a_bracket_without_its_partner_is_a_doubt_however_sure_the_characters_are() -> None:
    assert probability(SURE) > 0.99
    assert probability(replace(SURE, alone=1)) <= ALONE


@pytest.mark.parametrize("kind", ["text", "number"])
@pytest.mark.parametrize(
    "worse", [{"weakest": 0.6, "posterior": 0.6}, {"unexplained": 3.0}, {"stretch": 1.0}, {"stretch": -1.0}]
)
def test_every_doubt_lowers_the_probability(kind: Kind, worse: dict[str, float]) -> None:
    sure = replace(SURE, kind=kind, weakest=0.99, posterior=0.98)
    assert probability(replace(sure, **worse)) < probability(sure)  # type: ignore[arg-type]


@given(EVIDENCE, SHARES)
def test_a_surer_weakest_character_never_makes_the_cell_less_sure(evidence: Evidence, other: float) -> None:
    low, high = sorted((evidence.weakest, other))
    assert probability(replace(evidence, weakest=low)) <= probability(replace(evidence, weakest=high))


def test_a_clean_cell_is_surer_than_one_with_a_lone_bracket_and_a_known_text_than_a_new_one() -> None:
    known = replace(SURE, unfamiliar=False)
    assert probability(replace(SURE, alone=1)) < probability(SURE) < probability(known)
    assert probability(Evidence("blank")) > 0.99


def test_the_shipped_figures_say_where_they_come_from() -> None:
    shipped = default_calibration()
    assert "fit half" in shipped.provenance
    assert all(m.cells >= 500 and m.least < m.most <= 1.0 for m in shipped.kinds.values())
    assert all(weight >= 0.0 for m in shipped.kinds.values() for weight in m.weights.values())
    assert set().union(*(m.weights for m in shipped.kinds.values())) <= set(features(SURE))


KIND = "[kinds.{}]\ncells = 1\nwrong = 0\nconstant = -2.0\nleast = 0.01\nmost = 0.9\nweights = {{ {} }}\n"


def _file(folder: Path, weights: str = "", kinds: tuple[str, ...] = KINDS, head: str = "gouji.calibration/1") -> Path:
    path = folder / "calibration.toml"
    body = "".join(KIND.format(kind, weights if kind == "text" else "") for kind in kinds)
    path.write_text(f'schema = "{head}"\nprovenance = "a test"\n\n{body}', "utf-8")
    return path


def test_another_calibration_can_be_given(tmp_path: Path) -> None:
    own = load_calibration(_file(tmp_path, "alone = 1.0"))
    assert probability(SURE, own) == pytest.approx(1.0 - 0.1192029)
    assert probability(replace(SURE, alone=2), own) == pytest.approx(0.5)


def test_a_witness_counts_where_it_was_asked_for() -> None:
    model = default_calibration()
    low, high = model.ask["text"]
    doubts = {p: Evidence("text", posterior=p, weakest=p, length=8, lines=1) for p in (0.999999, 0.99, 0.97, 0.9)}
    wanted = [e for e in doubts.values() if low < model.doubt(e) < high]
    assert wanted and all(model.wants_witness(e) == (e in wanted) for e in doubts.values())
    for evidence in wanted:
        agreed = replace(evidence, heard=True)
        other = replace(agreed, left=evidence.posterior, left_weakest=evidence.weakest, dissent=1.0)
        assert probability(agreed) > probability(other)
    sure = doubts[0.999999]
    assert probability(replace(sure, heard=True, left=0.1, dissent=3.0)) == probability(sure), "it was not asked"
    assert not model.wants_witness(Evidence("blank")) and not model.wants_witness(Evidence("mark", doubt=0.5))


@pytest.mark.parametrize("kind", ["text", "number"])
def test_a_witness_of_letters_does_not_settle_a_sign(kind: Kind) -> None:
    model = default_calibration()
    asked = [Evidence(kind, p, p, rivals=0.5, length=5, lines=1) for p in (0.9999, 0.999, 0.99, 0.9, 0.6)]
    confirmed = [replace(e, heard=True) for e in asked if model.wants_witness(e)]
    assert confirmed
    for evidence in confirmed:
        assert probability(replace(evidence, signs=0.5)) <= 0.9 + 1e-9
        assert probability(replace(evidence, signs=1e-9)) == probability(evidence)


def test_a_sign_that_the_readers_dispute_is_a_doubt_where_no_witness_was_asked() -> None:
    sure = Evidence("text", 0.99995, 0.99998, rivals=0.46, signs=0.46, length=3, lines=1, differ=1)
    assert probability(sure) <= 1.0 - 0.2 * 0.46 + 1e-9
    assert probability(replace(sure, signs=0.0)) > 0.95


@pytest.mark.parametrize("kind", ["text", "number"])
def test_a_witness_that_misses_a_character_too_does_not_settle_it(kind: Kind) -> None:
    sure = Evidence(kind, 0.99995, 0.99998, rivals=0.48, length=4, lines=1, differ=1)
    for evidence in (sure, replace(sure, heard=True)):
        assert probability(replace(evidence, added=0.48)) <= 0.52
        assert probability(replace(evidence, added=0.0)) == probability(evidence)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"weights": "luck = 1.0"}, "no feature called luck"),
        ({"kinds": ("text", "number", "mark")}, "kinds.blank is missing"),
        ({"head": "gouji.calibration/2"}, "schema"),
        ({"weights": 'alone = "much"'}, "kinds.text.weights.alone"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(tmp_path: Path, broken: dict[str, object], message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        load_calibration(_file(tmp_path, **broken))  # type: ignore[arg-type]


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="cannot be read"):
        load_calibration(tmp_path / "missing.toml")
