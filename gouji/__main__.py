"""``python -m gouji``, and what the command ``gouji`` calls.

Light: every process that a run starts loads the module that the command was started from once more.
"""

from __future__ import annotations


def main() -> None:
    from .cli import main

    main()


if __name__ == "__main__":
    main()
