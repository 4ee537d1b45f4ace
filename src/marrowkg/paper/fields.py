"""The kinds of value that a field of a curated file can hold, and the model that all sections share."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo
from pydantic_core import PydanticCustomError

from marrowkg.errors import UnknownNameError
from marrowkg.vocabulary import Term, Vocabulary

__all__ = [
    "COMPARATORS",
    "Count",
    "Key",
    "ListOf",
    "Model",
    "Number",
    "PrintedNumber",
    "Quantity",
    "Slug",
    "Text",
    "Year",
    "fault",
    "shown",
    "term_under",
]

COMPARATORS = {"over": ">", "under": "<", "at least": ">=", "at most": "<=", "about": "~"}
"""How a curator writes a comparator (YAML keeps > for itself), and what the graph holds."""


def fault(code: str, message: str) -> PydanticCustomError:
    """An error of a field; `message` is plain text."""
    return PydanticCustomError(code, "{text}", {"text": message})


class Model(BaseModel):
    """A section of a curated file: no unknown keys, keys are written with spaces, nothing can be changed."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        arbitrary_types_allowed=True,
        alias_generator=lambda name: name.strip("_").replace("_", " "),
    )


class Quantity(Model):
    """A number with the comparator that stands before it: `over 60`, `about 55`, `0.5`."""

    number: Decimal
    comparator: str = ""

    @property
    def printed(self) -> str:
        """The number as in RDF: no exponent."""
        return format(self.number, "f")


_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def _number(value: Any) -> Decimal:
    if isinstance(value, Decimal | int):
        return Decimal(value)
    if not isinstance(value, str) or not _NUMBER.fullmatch(value.strip()):
        raise fault("number", f"expected a number such as 12 or 0.5, found {shown(value)}")
    return Decimal(value.strip())


def _count(value: Any) -> int:
    if isinstance(value, int):
        return value
    if not isinstance(value, str) or not value.strip().isdecimal():
        raise fault("count", f"expected a whole number such as 12, found {shown(value)}")
    return int(value)


def _quantity(value: Any) -> Quantity:
    if isinstance(value, Quantity):
        return value
    if isinstance(value, str):
        for word, sign in COMPARATORS.items():
            if value.strip().startswith(word + " "):
                return Quantity(number=_number(value.strip()[len(word) :]), comparator=sign)
        if not _NUMBER.fullmatch(value.strip()):
            words = ", ".join(COMPARATORS)
            text = f"expected a number such as 12 or 0.5, with one of {words} before it where printed"
            raise fault("number", f"{text}; found {shown(value)}")
    return Quantity(number=_number(value))


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise fault("text", f"expected words, found {shown(value)}")
    return " ".join(value.split())


def _slug(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise fault("slug", f"expected lower-case letters, digits and hyphens such as case-1, found {shown(value)}")
    return value


def shown(value: Any) -> str:
    """A value as a complaint shows it."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return repr(value) if value else "nothing"


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


Number = Annotated[Decimal, BeforeValidator(_number)]
Count = Annotated[int, BeforeValidator(_count)]
Year = Annotated[int, BeforeValidator(_count)]
PrintedNumber = Annotated[Quantity, BeforeValidator(_quantity)]
Text = Annotated[str, BeforeValidator(_text)]
Slug = Annotated[str, BeforeValidator(_slug)]
Key = Slug
"""The name by which other places of the same paper refer to a thing."""
ListOf = BeforeValidator(_listed)
"""A list of one may be written without its dash."""


def term_under(*roots: str) -> BeforeValidator:
    """A field that holds the label or CURIE of a class below one of `roots` (local names of the ontology)."""

    def look_up(value: Any, info: ValidationInfo) -> Term:
        if isinstance(value, Term):
            return value
        vocabulary: Vocabulary = (info.context or {})["vocabulary"]
        try:
            return vocabulary.term(_text(value), roots)
        except UnknownNameError as error:
            raise fault("unknown-term", str(error)) from error

    return BeforeValidator(look_up)
