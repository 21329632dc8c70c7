"""Grids and readings into forms: columns by their headers, tables over pages, the indicator hierarchy."""

from .rebuild import Rebuilt, rebuild
from .spreads import leaves
from .templates import Template, builtin_templates, load_template

__all__ = ["Rebuilt", "Template", "builtin_templates", "leaves", "load_template", "rebuild"]
