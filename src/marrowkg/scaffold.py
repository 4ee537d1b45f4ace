"""A curated file to begin with."""

from __future__ import annotations

import re
from pathlib import Path

from marrowkg.errors import MarrowError
from marrowkg.source import Source

__all__ = ["new_paper"]

_TEMPLATE = Path(__file__).parent / "paper" / "template.yaml"


def new_paper(folder: Path, slug: str, text: Path | None = None) -> Path:
    """Write `<slug>.yaml` with every section to fill in; with the paper's text, its digest is filled in already.

    Raises:
        MarrowError: if the slug is not usable, the file exists, or a file cannot be read or written.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", slug):
        raise MarrowError(f"expected a slug such as bmn2017 (lower-case letters, digits, hyphens), found {slug!r}")
    file = folder / f"{slug}.yaml"
    try:
        digest = Source(text.read_text(encoding="utf-8")).digest if text else "0"
        content = _TEMPLATE.read_text(encoding="utf-8").replace("{slug}", slug).replace("{digest}", digest)
        with file.open("x", encoding="utf-8") as handle:
            handle.write(content)
    except FileExistsError as error:
        raise MarrowError(f"{file} exists already; it is left as it is") from error
    except (OSError, UnicodeDecodeError) as error:
        raise MarrowError(f"the new paper cannot be written: {error}") from error
    return file
