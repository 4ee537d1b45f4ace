"""CPU of a cold command as a share of the CPU of `import rdflib`, whole processes in turn.

Run: python tests/benchmarks/cold_start.py [ROUNDS]. Exits 1 if a command is dearer than it may be.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from statistics import median

REFERENCE = "import rdflib"
COMMANDS: dict[str, tuple[list[str], float]] = {
    REFERENCE: ([sys.executable, "-c", "import rdflib"], 1.0),
    "query, csv": ([sys.executable, "-m", "marrowkg", "query", "conditions-presenting-with", "-f", "csv"], 1.0),
    "--help": ([sys.executable, "-m", "marrowkg", "--help"], 0.5),
}
"""What is run, and how much of the reference's CPU it may cost."""


def cpu_seconds(command: list[str]) -> float:
    """User and system time of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(rounds: int) -> int:
    """Measure in turn and print medians and ratios."""
    runs: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(rounds + 1):
        for name, (command, _) in COMMANDS.items():
            seconds = cpu_seconds(command)
            if number:  # the first round warms caches and builds a stale store
                runs[name].append(seconds)
    reference = median(runs[REFERENCE])
    dear = False
    for name, (_, share) in COMMANDS.items():
        ratio = median(runs[name]) / reference
        dear |= ratio > share
        sys.stdout.write(
            f"{name:15} {1000 * median(runs[name]):6.0f} ms CPU, {ratio:4.2f} of the import, may be {share}\n"
        )
    return int(dear)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 9))
