"""From a question in plain English to a stored question and its parameters: deterministic, rather silent than wrong.

A question is read (`reading`): names of the ontology, papers, cited sources, patients, grades and numbers are taken
out, what is left is words. Each stored question has wordings (`phrasing`), and each is laid over the reading
(`fitting`): what it takes up speaks for it, what it leaves over against it. What examples taught (`learned`) speaks
beside them. The likeliest questions are tried, and their rows are read (`grounding`). The best answers (`router`),
unless it is not certain enough (`certainty`), lacks a parameter, or would drop something that was recognised.
"""

from marrowkg.ask.register import Register, read_register
from marrowkg.ask.router import Router
from marrowkg.ask.understood import NotUnderstoodError, Understood

__all__ = ["NotUnderstoodError", "Register", "Router", "Understood", "read_register"]
