"""The command line: one verb a module; each parses, calls one function and prints. Data to stdout, talk to stderr."""

from marrowkg.cli.main import main

__all__ = ["main"]
