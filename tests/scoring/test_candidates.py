from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Cell, TemplateError
from scoring import load_error_model, load_priors, read_number
from scoring.candidates import domain
from scoring.fit import Pair, as_toml, fit, read_pairs
from scoring.misreadings import kinds_of, misreadings_undone, printable
from scoring.wanted import Wanted

MODEL = load_error_model()


@pytest.mark.parametrize(
    ("true", "read", "kind"),
    [
        ("6", "8", "confused"),
        ("100", "10", "repeat_dropped"),
        ("1.8万元", ".8万元", "dropped"),
        ("14.5", "4.5", "dropped"),
        ("5", "55", "doubled"),
        ("5", "51", "spurious"),
        ("12.5", "125", "point_lost"),
        ("12.50", "125.0", "point_moved"),
        ("125", "12.5", "point_spurious"),
        ("98.66", "98,66", "comma"),
        ("90%", "909", "percent"),
        ("90%", "90", "percent"),
        ("/", "1", "slash"),
        ("—", "一", "slash"),
        ("10", "lO", "letters"),
        ("7", "7%著", "letters"),
        ("7%", "7%著", "letters"),
        ("99", "66", "turned"),
        ("", "1", "invented"),
        ("12.5", "", "lost"),
    ],
)
def test_every_kind_is_undone(true: str, read: str, kind: str) -> None:
    assert kind in kinds_of(true, read, MODEL)
    if kind != "lost":
        assert true in misreadings_undone(read, MODEL, rate=True)


@given(st.from_regex(r"[1-9][0-9]{0,3}(\.[0-9]{1,2})?(分|万元)?", fullmatch=True))
def test_undone_texts_are_printable_and_shares_add_up(text: str) -> None:
    undone = misreadings_undone(text, MODEL)
    assert all(printable(t) and t != text for t in undone)
    assert sum(undone.values()) == pytest.approx(1 - MODEL.other)
    assert list(undone.values()) == sorted(undone.values(), reverse=True)


@given(st.sampled_from(["5", "12.5", "98.66%", "", "—", "3.44万元"]), st.floats(0, 1), st.integers(1, 8))
def test_a_domain_is_a_probability(text: str, confidence: float, size: int) -> None:
    found = domain(Cell(text, confidence), MODEL, size=size)
    assert sum(c.probability for c in found.candidates) + found.other == pytest.approx(1.0)


def test_the_readers_alternatives_come_first() -> None:
    found = domain(Cell("5", 0.7, alternatives=(("4", 0.28),)), MODEL)
    chances = {c.text: c.probability for c in found.candidates}
    assert chances["5"] == pytest.approx(0.7)
    assert chances["4"] > 0.26
    assert chances["4"] > 10 * chances["6"]


def test_what_a_rule_asks_for_is_kept_however_unlikely_but_made_no_likelier() -> None:
    plain = domain(Cell("12", 0.9), MODEL, size=200)
    wanted = domain(Cell("12", 0.9), MODEL, size=1, wanted=Wanted(frozenset([Fraction(92)])))
    chances = {c.text: c.probability for c in plain.candidates}
    assert {c.text: c.probability for c in wanted.candidates}["92"] == pytest.approx(chances["92"])


def test_words_stay_words_and_letters_become_digits() -> None:
    assert domain(Cell("优秀", 0.9), MODEL).candidates == ()
    assert "10" in {c.text for c in domain(Cell("lO", 0.9), MODEL).candidates}


@pytest.mark.parametrize("text", ["一", "二"])
def test_what_may_be_a_dash_may_be_no_print(text: str) -> None:
    """A stroke of a seal in a blank cell: sums hear the same of a dash and of nothing, so that neither is certain."""
    found = {c.text: c.probability for c in domain(Cell(text, 0.4), MODEL, size=8).candidates}
    assert found[""] == pytest.approx(found["—"] / 9)


def test_a_corrected_cell_is_certain() -> None:
    found = domain(Cell("5", 1.0, origin="corrected"), MODEL)
    assert [(c.text, c.probability) for c in found.candidates] == [("5", 1.0)]
    assert found.other == 0.0


def test_rates_are_counted_and_read_back(tmp_path: Path) -> None:
    counted = [("12.5", "125")] * 60 + [("5", "5")] * 900 + [("8", "3")] * 20 + [("12.5", "77")] * 20
    fitted = fit([Pair(*pair) for pair in counted], MODEL, provenance="test")
    assert fitted.kinds.point_lost > 0.4
    assert fitted.kinds.confused > fitted.kinds.turned
    assert fitted.other == pytest.approx((20 + 20 * MODEL.other) / 120)
    assert fitted.pairs == MODEL.pairs + 1000
    path = tmp_path / "errors.toml"
    path.write_text(as_toml(fitted), "utf-8")
    again = load_error_model(path)
    assert again.kinds.point_lost == pytest.approx(fitted.kinds.point_lost, abs=1e-4)
    assert fit([], MODEL, provenance="nothing") is MODEL


def test_a_page_speaks_once_for_each_kind_and_sure_readers_are_counted_apart(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    lost = "".join(f"12.5\t125\tpage {k}\t0.999\n" for k in range(30))
    path.write_text(lost * 2 + "8\t3\tpage 2\t0.5\n" + "5\t5\n", "utf-8")
    pairs = read_pairs(path)
    assert pairs[0] == Pair("12.5", "125", "page 0", 0.999)
    once, often = (fit(pairs[i:], MODEL, provenance="test") for i in (30, 0))
    assert once.kinds == often.kinds
    assert often.sure.point_lost > MODEL.sure.point_lost
    assert often.sure.confused < MODEL.sure.confused


def test_bad_rate_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(as_toml(MODEL).replace("floor", "cellar"), "utf-8")
    with pytest.raises(TemplateError, match=r"bad\.toml"):
        load_error_model(path)
    with pytest.raises(TemplateError, match=r"none\.toml"):
        load_priors(tmp_path / "none.toml")


def test_priors_are_counts_with_room_for_doubt() -> None:
    priors = load_priors()
    assert all(0.5 < prior.probability < 1 for prior in priors.rules.values())
    assert priors.rule("a rule of the user's own").probability == pytest.approx(0.9)
    assert read_number(priors.usual["total.weight"].value) is not None


def test_a_doubtful_nought_may_be_a_spot_in_a_blank_cell() -> None:
    """A spot of old paper was a 0: whatever else it might have been broke a sum, so that it was sure to 0.99998."""
    found = {
        c.text: c.probability for c in domain(Cell("0", 0.9, alternatives=(("O", 0.2), ("1", 0.1))), MODEL).candidates
    }
    assert found[""] >= 0.029 and found["0"] == pytest.approx(0.9)
    assert sum(found.values()) <= 1.0 + 1e-9
    other = {c.text: c.probability for c in domain(Cell("7", 0.9), MODEL).candidates}
    assert other.get("", 0.0) < 0.01
