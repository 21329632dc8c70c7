"""``python -m gouji``."""

from .cli import main

main()
