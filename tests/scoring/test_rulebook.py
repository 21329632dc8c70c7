from fractions import Fraction
from importlib import resources
from pathlib import Path

import pytest

from forms import TemplateError
from scoring import default_rulebook, load_rulebook
from scoring.rulebook import SchemeRule, rulebook_from_text

DEFAULT = resources.files("scoring").joinpath("rulebooks/default.toml").read_text("utf-8")


def test_the_default_rulebook_holds_the_eight_rules() -> None:
    assert [rule.name for rule in default_rulebook().rules] == [
        "rate", "fund-score", "fund-parts", "weights-total", "level1-weight", "total-score", "score-range",
        "reason-missing",
    ]  # fmt: skip


def test_the_department_wide_form_is_held_to_four_of_them() -> None:
    names = {rule.name for rule in default_rulebook().for_template("dept")}
    assert names == {"fund-parts", "level1-weight", "score-range", "reason-missing"}


@pytest.mark.parametrize(
    ("rate", "proportional", "tiers"),
    [("100", "10", "10"), ("95", "9.5", "10"), ("94.99", "9.499", "8.7475"), ("60", "6", "0"), ("59.9", "5.99", "0")],
)
def test_the_two_score_schemes(rate: str, proportional: str, tiers: str) -> None:
    rule = next(r for r in default_rulebook().rules if isinstance(r, SchemeRule))
    scores = [scheme.score(Fraction(rate), Fraction(10)) for scheme in rule.schemes]
    assert scores == [Fraction(proportional), Fraction(tiers)]


def test_a_users_own_rulebook(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'schema = "gouji.rulebook/1"\nname = "mine"\n[[rules]]\nname = "only"\nkind = "sum"\n'
        'total = "total.score"\nterms = ["indicators.*.score"]\n',
        "utf-8",
    )
    assert [rule.name for rule in load_rulebook(path).rules] == ["only"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("schema = ", "no TOML"),
        (DEFAULT.replace('kind = "sum"', 'kind = "product"', 1), "product"),
        (DEFAULT.replace('total = "total.score"', 'total = "total.mark"'), "rules.5"),
        (DEFAULT.replace('share = "1"', "share = 1.0"), "in quotes"),
        (DEFAULT.replace('over = "40"', 'over = "0"'), "divided by 0"),
        (DEFAULT.replace('name = "total-score"', 'name = "rate"'), "two rules"),
        (DEFAULT.replace('"executed"]', '"spent"]'), "spent"),
        (DEFAULT.replace("(?P<weight>", "("), "weight"),
        (DEFAULT + "\ncolour = 1\n", "Extra inputs"),
    ],
)
def test_a_bad_rulebook_is_named_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(TemplateError, match=says) as caught:
        load_rulebook(path)
    assert "bad.toml" in str(caught.value)


def test_a_rulebook_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"none\.toml"):
        load_rulebook(tmp_path / "none.toml")


def test_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "gbk.toml"
    path.write_bytes('name = "规则"'.encode("gbk"))
    with pytest.raises(TemplateError, match="UTF-8"):
        load_rulebook(path)
    assert rulebook_from_text(DEFAULT).name == "default"
