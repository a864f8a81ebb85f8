"""Segment many simulated scenes and store how well: ``make segmentation-study``, about five minutes.

Everything random comes from seeds: on one machine the file comes out the same each time, but for the seconds.
"""

from __future__ import annotations

import sys
import time
from importlib.metadata import version
from typing import Any

from examlab.hyperspectral.segmentation_study import PARAMETERS, choices, competition, study, times
from notebooks import ROOT

STORED = ROOT / "src" / "examlab" / "hyperspectral" / "data" / "segmentation_study.json"
LIBRARIES = ("numpy", "scipy", "scikit-learn")


def main() -> int:
    """Run all scenes, say how far they are, and write the file."""
    plan: list[tuple[Any, int]] = [(choices, seed) for seed in range(PARAMETERS["scenes"])]
    plan += [(competition, seed) for seed in range(PARAMETERS["competitions"])]
    found: dict[Any, list[Any]] = {choices: [], competition: []}
    begin = time.monotonic()
    for done, (task, seed) in enumerate(plan, 1):
        found[task].append(task(seed))
        print(f"\r{done} of {len(plan)} scenes, {time.monotonic() - begin:.0f} s ", end="", file=sys.stderr)
    print(file=sys.stderr)
    STORED.parent.mkdir(exist_ok=True)
    versions = {name: version(name) for name in LIBRARIES}
    text = study(found[choices], found[competition], times(), versions)
    STORED.write_text(text, encoding="utf-8")
    print(f"Written: {STORED.relative_to(ROOT).as_posix()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
