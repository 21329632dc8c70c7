"""Every error of the program, one tree, each leaf with the exit code that the command line ends with.

    GoujiError                  (1)
    ├── UsageError              2   wrong options, a template or form file that cannot be used
    │   ├── OutputError         2   the output folder cannot be written
    │   ├── TemplateError       2   a TOML template or rulebook that breaks its own format
    │   └── FormFileError       2   a form JSON that is not in the schema
    ├── InputError              3   a file or page that cannot be read
    │   ├── UnreadableFile      3   missing, no permission, zero bytes, no image at all, encrypted
    │   ├── BrokenPage          3   one page of a file is damaged
    │   └── PageTooLarge        3   a page beyond the pixel limit
    ├── EngineError             3   a reading engine crashed, hung or answered nonsense
    ├── ModelError              2   weights that are missing or do not have the expected hash
    └── GeometryError           1   a box or transform that cannot be (a bug, not bad input)

Doubtful *data* is never an error: it is a ``Finding``.
"""

from __future__ import annotations


class GoujiError(Exception):
    """The root. ``str(error)`` says what is wrong and what to do, in one or two sentences."""

    exit_code = 1


class UsageError(GoujiError):
    exit_code = 2


class OutputError(UsageError):
    pass


class TemplateError(UsageError):
    pass


class FormFileError(UsageError):
    pass


class ModelError(UsageError):
    pass


class InputError(GoujiError):
    """A file or one of its pages cannot be used. ``file`` and ``page`` name it, ``remedy`` says what to do."""

    exit_code = 3

    def __init__(self, reason: str, *, file: str, page: int | None = None, remedy: str = "") -> None:
        self.reason, self.file, self.page, self.remedy = reason, file, page, remedy
        place = file if page is None else f"{file}, page {page}"
        super().__init__(f"{place}: {reason}" + (f" {remedy}" if remedy else ""))


class UnreadableFile(InputError):
    pass


class BrokenPage(InputError):
    pass


class PageTooLarge(InputError):
    pass


class EngineError(GoujiError):
    exit_code = 3


class GeometryError(GoujiError):
    exit_code = 1
