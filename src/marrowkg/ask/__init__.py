"""From a question in plain English to a stored question and its parameters: deterministic, rather silent than wrong.

A question is read (`reading`): names of the ontology, papers, cited sources, patients, grades and numbers are taken
out, what is left is words. Each stored question has wordings (`phrasing`), and each is laid over the reading
(`fitting`): what it takes up speaks for it, what it leaves over against it. The best answers (`router`), unless it is
not good enough, lacks a parameter, would drop something that was recognised, or another is as good.
"""

from marrowkg.ask.narrowing import narrowed
from marrowkg.ask.register import Register, read_register
from marrowkg.ask.router import NotUnderstoodError, Router, Understood

__all__ = ["NotUnderstoodError", "Register", "Router", "Understood", "narrowed", "read_register"]
