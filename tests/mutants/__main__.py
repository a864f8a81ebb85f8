"""How many deliberate mistakes the checks catch: `make mutants`, or ``python -m tests.mutants --help``.

Three parts. The *answers*: everything that a notebook stores, altered in turn; nbval has to notice. The
*page*: wrong keys of self-checks, other numbers in what a page states, exchanged values of sliders. The
*mathematics*: a mistake in the code; its tests have to notice. What passes is listed, and fails the command
unless ``survivors.yml`` gives the reason why it has to pass.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

from tests.mutants import mathematics
from tests.mutants.hits import READS_ALL, ROOT

REASONS = Path(__file__).with_name("survivors.yml")
AT_LEAST = 0.95
"""The share of mistakes in the mathematics that has to be noticed."""
PAGE = ("tests/notebooks/test_keys.py", "tests/notebooks/test_claims.py", "tests/site/test_slider_words.py")
NIGHTLY = {"EXAMLAB_NIGHTLY": "1"}
"""Tells the tests to compute what takes minutes, too."""

Shard = tuple[int, int]


def interval(killed: int, of: int) -> tuple[float, float]:
    """Return bounds for the share of all mutants, with 95 % confidence (Wilson's interval).

    Examples
    --------
    >>> [round(bound, 3) for bound in interval(95, 100)]
    [0.888, 0.978]
    """
    if not of:
        return 0.0, 1.0
    z, share = 1.959964, killed / of
    middle, half = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + (z / (2 * of)) ** 2)
    return (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)


def reasons() -> dict[str, str]:
    """Return why some mutants have to survive, by their names."""
    return yaml.safe_load(REASONS.read_text(encoding="utf-8")) or {}


# ---- The parts


def alter_answers(options: argparse.Namespace) -> bool:
    """Execute the notebooks, and alter what they store."""
    found = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "notebooks").rglob("*.ipynb"))]
    compared = ["--nbval", "--nbval-sanitize-with", "tests/notebooks/sanitize.cfg"]
    return _passes([*compared, "-p", "tests.mutants.answers"], _part(found, options.shard))


def slip_on_pages(options: argparse.Namespace) -> bool:
    """Run the tests that make slips on every page, and compute what takes minutes."""
    return _passes([], _part(list(PAGE), options.shard))


def mistake_mathematics(options: argparse.Namespace) -> bool:
    """Make mistakes in the mathematics, and say which survive."""
    known, total, killed, unknown, late = reasons(), 0, 0, 0, 0
    chosen = mathematics.choose(
        sample=options.sample, seed=options.seed, shard=options.shard, only=options.only
    )
    for verdict in mathematics.run(chosen, files=_tests_of(options.only)):
        total, killed = total + 1, killed + verdict.killed
        late += verdict.by == "the clock"
        name, line = verdict.mutant.name, verdict.mutant.line
        if not verdict.killed:
            unknown += name not in known
            print(f"survived: {name} (line {line}): {known.get(name, 'no reason')}", flush=True)
        elif name in known and verdict.by == "a test":
            print(f"noticed, though it or a namesake is excused: {name} (line {line})", flush=True)
    low, high = interval(killed, total)
    print(f"Mathematics: {killed} of {total} mistakes noticed, {killed / max(total, 1):.1%}", end=" ")
    print(f"(of all, with 95 % confidence: {low:.1%} to {high:.1%}),", end=" ")
    print(f"{late} of them because a test never ended; survived without a reason: {unknown}.")
    return unknown == 0 and killed >= AT_LEAST * total


def _tests_of(modules: list[str]) -> list[str] | None:
    """Return the tests that bear the names of some modules, and their examples; None for no module."""
    if not modules:
        return None
    tests = [f"tests/unit/test_{Path(name).stem}.py" for name in modules]
    examples = [f"src/examlab/{name}" for name in modules]
    return [*(name for name in tests if (ROOT / name).exists()), READS_ALL, *examples]


def _part(files: list[str], shard: Shard) -> list[str]:
    return files[shard[0] - 1 :: shard[1]]


def _passes(options: list[str], files: list[str]) -> bool:
    if not files:
        return True  # more shards than files
    command = [sys.executable, "-m", "pytest", "-q", *options, *files]
    return subprocess.run(command, cwd=ROOT, check=False, env=os.environ | NIGHTLY).returncode == 0


PARTS: dict[str, Callable[[argparse.Namespace], bool]] = {
    "answers": alter_answers,
    "page": slip_on_pages,
    "mathematics": mistake_mathematics,
}


# ---- The command


def _shard(text: str) -> Shard:
    part, of = map(int, text.split("/"))
    if not 1 <= part <= of:
        raise ValueError
    return part, of


def main() -> int:
    """Run the parts; return 1 if a mistake passes that should not."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description="Count noticed mistakes.")
    parser.add_argument("parts", nargs="*", help=f"{', '.join(PARTS)}; all if none is named")
    parser.add_argument("--shard", type=_shard, default=(1, 1), help="one part of so many, such as 1/8")
    parser.add_argument("--sample", type=int, help="so many mistakes in the mathematics, at random")
    parser.add_argument("--seed", type=int, default=20261123, help="which of them: another number, others")
    parser.add_argument("--only", nargs="+", default=[], help="in these modules, against their own tests")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"{', '.join(sorted(unknown))}: choose from {', '.join(PARTS)}")
    passed = [PARTS[name](options) for name in options.parts or PARTS]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
