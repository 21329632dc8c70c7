import pytest

import forms
from forms import BrokenPage, GoujiError

CODES = {
    "UsageError": 2, "OutputError": 2, "TemplateError": 2, "FormFileError": 2, "ModelError": 2, "InputError": 3,
    "UnreadableFile": 3, "BrokenPage": 3, "PageTooLarge": 3, "EngineError": 3, "GeometryError": 1, "GoujiError": 1,
}  # fmt: skip


def test_every_error_is_in_the_one_tree_with_its_exit_code() -> None:
    errors = {n: getattr(forms, n) for n in forms.__all__ if isinstance(getattr(forms, n), type)}
    tree = {name: kind.exit_code for name, kind in errors.items() if issubclass(kind, Exception)}
    assert tree == CODES
    assert all(issubclass(errors[name], GoujiError) for name in tree)


@pytest.mark.parametrize(
    ("page", "remedy", "text"),
    [
        (None, "", "a.pdf: encrypted."),
        (3, "Scan it again.", "a.pdf, page 3: encrypted. Scan it again."),
    ],
)
def test_an_input_error_names_file_page_and_remedy(page: int | None, remedy: str, text: str) -> None:
    error = BrokenPage("encrypted.", file="a.pdf", page=page, remedy=remedy)
    assert str(error) == text
    assert (error.file, error.page, error.remedy) == ("a.pdf", page, remedy)
