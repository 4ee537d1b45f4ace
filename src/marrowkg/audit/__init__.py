"""The audit: recompute what arithmetic allows, and keep every mismatch as a discrepancy with both its sides."""

from marrowkg.audit.model import Check, Discrepancy, Side
from marrowkg.audit.run import Audit, audit

__all__ = ["Audit", "Check", "Discrepancy", "Side", "audit"]
