"""From a curated paper to its graph: the only room that knows both the curated fields and the vocabulary."""

from marrowkg.lower.lowering import Lowered, lower

__all__ = ["Lowered", "lower"]
