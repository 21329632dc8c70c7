"""The shared vocabulary: values without behaviour of their own. Imports no other package of the project."""

from .cell import Cell, Origin
from .errors import (
    BrokenPage,
    EngineError,
    FormFileError,
    GeometryError,
    GoujiError,
    InputError,
    ModelError,
    OutputError,
    PageTooLarge,
    TemplateError,
    UnreadableFile,
    UsageError,
)
from .form import (
    FUNDS_COLUMNS,
    HEADER_FIELDS,
    INDICATOR_COLUMNS,
    SCHEMA,
    Finding,
    Form,
    FundsRow,
    Goals,
    Indicator,
    Source,
    Suggestion,
    Total,
    is_number_column,
)
from .geometry import Box, Transform, Warp
from .provenance import Provenance, Weights
from .reading import Character, LineReading
from .schema import cell_to_dict, dump_form, finding_to_dict, form_from_dict, form_to_dict, read_form
from .table import Grid, GridCell, PageContent, PageKind, Table, TableCell, TextLine

__all__ = [
    "FUNDS_COLUMNS", "HEADER_FIELDS", "INDICATOR_COLUMNS", "SCHEMA",
    "Box", "BrokenPage", "Cell", "Character", "EngineError", "Finding", "Form", "FormFileError", "FundsRow",
    "GeometryError", "Goals", "GoujiError", "Grid", "GridCell", "Indicator", "InputError", "LineReading", "ModelError",
    "Origin", "OutputError", "PageContent", "PageKind", "PageTooLarge", "Provenance", "Source", "Suggestion", "Table",
    "TableCell", "TemplateError", "TextLine", "Total", "Transform", "UnreadableFile", "UsageError", "Warp", "Weights",
    "cell_to_dict", "dump_form", "finding_to_dict", "form_from_dict", "form_to_dict", "is_number_column", "read_form",
]  # fmt: skip
