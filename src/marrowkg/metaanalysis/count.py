"""What is pooled: how many of how many."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Count"]


@dataclass(frozen=True, slots=True)
class Count:
    """Events among the members of one cohort.

    Raises:
        ValueError: if not 0 <= events <= size, or the cohort is empty.
    """

    events: int
    size: int

    def __post_init__(self) -> None:
        if not (0 <= self.events <= self.size and self.size > 0):
            msg = f"expected 0 <= events <= size and size > 0, found {self.events} of {self.size}"
            raise ValueError(msg)

    @property
    def share(self) -> float:
        """The observed proportion."""
        return self.events / self.size

    @property
    def is_extreme(self) -> bool:
        """Whether none or all had the event, so that the observed logit is infinite."""
        return self.events in (0, self.size)
