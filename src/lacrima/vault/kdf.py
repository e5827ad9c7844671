"""From a passphrase to a key: argon2id, its cost, and the limits of that cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from lacrima import errors

NAME = "argon2id"
VERSION = 0x13
SALT_BYTES = 16
KEY_BYTES = 32
_MOST_MEMORY_KIB = 4 * 1024 * 1024
_MOST_ITERATIONS = 64
_MOST_LANES = 16
_LEAST_MEMORY_PER_LANE_KIB = 8  # RFC 9106, section 3.1


@dataclass(frozen=True)
class KdfCost:
    """What one guess costs: memory in KiB, passes over it, lanes."""

    memory_kib: int
    iterations: int
    lanes: int

    def __post_init__(self) -> None:
        """Refuse what argon2id cannot do, and what would only stop the computer."""
        fits = (
            1 <= self.lanes <= _MOST_LANES
            and 1 <= self.iterations <= _MOST_ITERATIONS
            and _LEAST_MEMORY_PER_LANE_KIB * self.lanes <= self.memory_kib <= _MOST_MEMORY_KIB
        )
        if not fits:
            raise errors.VaultDamaged(
                "The cost written in a key slot makes no sense",
                expected="the cost that Lacrima itself wrote",
                next_step="Put vault.json from your last backup in its place.",
            )

    def is_below(self, other: KdfCost) -> bool:
        """Whether a guess is cheaper here, in memory or in passes."""
        return self.memory_kib < other.memory_kib or self.iterations < other.iterations

    def as_json(self) -> dict[str, Any]:
        """The part of a slot that says how its key is made, without the salt."""
        return {
            "name": NAME,
            "version": VERSION,
            "memory_kib": self.memory_kib,
            "iterations": self.iterations,
            "lanes": self.lanes,
        }


# Measured: a fifth to three quarters of a second on an ordinary laptop. Not an option for users.
STANDARD = KdfCost(memory_kib=128 * 1024, iterations=3, lanes=2)
# A slot below this is refused, whoever wrote it. (OWASP's least is 19 MiB and 2 passes.)
FLOOR = KdfCost(memory_kib=64 * 1024, iterations=2, lanes=1)


def refuse_cheap(cost: KdfCost) -> None:
    """Raise when a slot is weaker than this program ever writes."""
    if cost.is_below(FLOOR):
        raise errors.VaultDamaged(
            "A key slot asks for less work than Lacrima accepts",
            expected=f"at least {FLOOR.memory_kib // 1024} MiB and {FLOOR.iterations} passes",
            next_step="Put vault.json from your last backup in its place.",
        )


def derive(secret: bytes, salt: bytes, cost: KdfCost) -> bytes:
    """32 bytes from a secret. Takes as long as the cost says."""
    return Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    ).derive(secret)
