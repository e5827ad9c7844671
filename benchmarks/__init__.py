"""How fast, beside what. `python -m benchmarks`.

With machine code, and it lies ready: what is measured is a second question, not a compiler.
"""

import os

os.environ.setdefault("LACRIMA_NUMBA", "1")
