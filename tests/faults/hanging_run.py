"""The command line with an engine that never answers: usage hanging_run.py SCANS OUT READING

The file READING appears when a page is being read. SIGINT is heard as from a terminal.
"""

from __future__ import annotations

import signal
import sys
from functools import partial

import fault_engines

from gouji import batch
from gouji.cli import main

if __name__ == "__main__":
    scans, out, reading = sys.argv[1:]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    batch.run = partial(batch.run, engines=fault_engines.faulty("hang", reading))  # type: ignore[assignment]
    sys.argv[1:] = ["run", scans, "-o", out, "--workers", "1"]
    main()
