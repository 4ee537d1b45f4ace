"""The types of what conftest.py lends to the tests."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from marrowkg.paths import House

__all__ = ["Edit", "MakeHouse", "RunCli"]

MakeHouse = Callable[[Path], House]
"""Copy the ontology, the queries and the invented papers to a folder."""
Edit = Callable[[str, str, str], Path]
"""Replace a text in a file of the invented papers: file, old, new; the curated file comes back."""
RunCli = Callable[..., "subprocess.CompletedProcess[str]"]
"""Run the command line in a process of its own; keywords are environment variables."""
