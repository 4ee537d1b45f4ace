"""How good a stored question is as an answer, and how certain it is that it is one."""

from __future__ import annotations

from marrowkg.ask.fit import Fit
from marrowkg.ask.item import Reading

__all__ = ["certainty", "laid", "unknown_words", "worth"]

_BONUS = 0.2
"""How much more an answer must be worth than it must be likelier than no answer."""
_UNKNOWN, _UNKNOWN_NAME = 0.2, 0.4
"""How much less certain an answer is for a word that nothing knows and no row tells of; a name counts more."""
_UNTOLD = 0.06
"""How much less certain it is for any other word of the question that no row tells of, or that it leaves out."""
_INCOMPLETE = 0.2
"""What it costs to lack a parameter, or to leave out something that was recognised."""
_EMPTY = 0.5
"""What it costs to have no row."""
_FULL = 1.1
"""What a wording that fits is worth at most."""


def laid(fit: Fit) -> tuple[float, float]:
    """How well a wording is laid over a question."""
    return fit.score - _INCOMPLETE * bool(fit.missing), fit.matched


def worth(fit: Fit) -> float:
    """How good a stored question is as an answer."""
    incomplete = min(len(fit.dropped), 2) + bool(fit.missing)
    empty = _EMPTY if fit.rows == 0 else 0.0
    return fit.learned + min(fit.score, _FULL) - _INCOMPLETE * incomplete - empty


def certainty(fit: Fit, reading: Reading, beyond: float) -> float:
    """How sure it is that a stored question answers: about 0 where it starts to be.

    `beyond` is how much speaks for a question that nothing here answers.
    """
    unknown = unknown_words(fit, reading)
    names = sum(not word.islower() for word in unknown)
    doubts = _UNKNOWN * (len(unknown) + len(fit.dropped)) + (_UNKNOWN_NAME - _UNKNOWN) * names
    doubts += _UNTOLD * (len(_untold(fit, reading)) + len(fit.aside))
    return min(worth(fit) + _BONUS, fit.learned - beyond) - doubts


def unknown_words(fit: Fit, reading: Reading) -> list[str]:
    """Words, as written, that neither stored questions nor the ontology nor a row of the answer knows."""
    return [reading.said[token] for token in _untold(fit, reading) if token in reading.unknown]


def _untold(fit: Fit, reading: Reading) -> list[str]:
    """Words that no row of the answer tells of; where it was not tried, those that nothing knows."""
    words = reading.unknown if fit.rows is None else [token for token in reading.tokens if not token.startswith("<")]
    return [token for token in dict.fromkeys(words) if reading.said[token] not in fit.told]
