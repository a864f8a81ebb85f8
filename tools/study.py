"""Train the GANs of the study of activations, and store their scores: ``make study``, about five minutes.

Everything random comes from seeds: on one machine the file comes out the same each time.
"""

from __future__ import annotations

import sys
import time
from importlib.metadata import version
from itertools import product

from examlab.networks.activation_study import COMBINATIONS, PARAMETERS, PENALTIES, run, study
from notebooks import ROOT

STORED = ROOT / "src" / "examlab" / "networks" / "data" / "activation_study.json"
LIBRARIES = ("numpy", "scipy", "scikit-learn")


def main() -> int:
    """Run all trainings, say how far they are, and write the file."""
    plan = list(product(PENALTIES, COMBINATIONS, range(PARAMETERS["seeds"])))
    courses, begin = [], time.monotonic()
    for done, (penalty, pair, seed) in enumerate(plan, 1):
        courses.append((penalty, pair, run(*pair, penalty=penalty, seed=seed)))
        left = (time.monotonic() - begin) / done * (len(plan) - done)
        print(f"\r{done} of {len(plan)} trainings, {left:.0f} s left ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    STORED.parent.mkdir(exist_ok=True)
    STORED.write_text(study(courses, {name: version(name) for name in LIBRARIES}), encoding="utf-8")
    print(f"Written: {STORED.relative_to(ROOT).as_posix()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
