"""numba where a process may not make machine code; see tests/support/no_machine_code.py."""

raise PermissionError("cannot allocate executable memory")
