"""Files for people and machines: forms and tables on disk, the report, overlays. Imports only ``forms``.

The overlay needs an image library; import it from ``export.overlay``.
"""

from .files import safe_name, write_atomic
from .pages import PageRecord, dump_pages, page_to_dict
from .tables import table_to_dict, table_to_html
from .xlsx import write_report

__all__ = [
    "PageRecord", "dump_pages", "page_to_dict", "safe_name", "table_to_dict", "table_to_html", "write_atomic",
    "write_report",
]  # fmt: skip
