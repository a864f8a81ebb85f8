"""What segmenting costs: seconds and memory for a whole scene, wins over k-means, and what workers bring."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil

from examlab.hyperspectral.large import segment_file
from examlab.hyperspectral.scenes import simulated_scene
from examlab.hyperspectral.segmentation import Segmentation, segment
from examlab.hyperspectral.segmentation_study import stored_study
from tests.benchmarks import Measure

MEASURES = ("OA", "NMI", "ARI")
TILES = (4, 4)
"""How often the scene is repeated down and across: 3.3 million pixels."""
LABELLED = 10_000
ROUNDS = 3
"""What else runs on the machine only adds time: the better of so many counts."""

_PEAK = """
import resource
from examlab.hyperspectral.scenes import simulated_scene
from examlab.hyperspectral.segmentation import segment
scene = simulated_scene(random_state=0)
segment(scene.cube, scene.ground_truth > 0, random_state=0)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measures() -> Iterator[Measure]:
    """Yield time, memory, wins, and the worth of a second process."""
    scene = simulated_scene(random_state=0)
    started = time.perf_counter()
    segment(scene.cube, scene.ground_truth > 0, random_state=0)
    yield Measure("segmenting a scene of 610×340×103", time.perf_counter() - started, 20, " s")
    peak = subprocess.run([sys.executable, "-c", _PEAK], capture_output=True, text=True, check=True)
    yield Measure("memory at its peak, segmenting it", int(peak.stdout) / 1000, 2000, " MB")
    study = stored_study()
    lost = len(study.n_clusters) - study.wins_all(MEASURES)
    yield Measure("stored scenes of 10 where k-means, told the number, wins in OA, NMI or ARI", lost, 2)
    yield from larger_than_memory()


def larger_than_memory() -> Iterator[Measure]:
    """Yield the time of two workers over that of one process, and the memory of a worker."""
    scene = simulated_scene(random_state=0)
    mask = np.tile(scene.ground_truth > 0, TILES)
    marked = np.flatnonzero(mask)
    mask.flat[np.delete(marked, np.linspace(0, len(marked) - 1, LABELLED).astype(int))] = False
    options = {"n_clusters": 9, "random_state": 0}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scene.npy"
        np.save(path, np.tile(scene.cube, (*TILES, 1)))
        seconds: dict[int | None, float] = {}
        found: dict[int | None, Segmentation] = {}
        for n_workers in (None, 2) * ROUNDS:
            started = time.perf_counter()
            found[n_workers] = segment_file(path, mask, n_workers=n_workers, **options)
            passed = time.perf_counter() - started
            seconds[n_workers] = min(passed, seconds.get(n_workers, passed))
        with Watch() as watch:  # looking takes time from those who work: in a run of its own
            segment_file(path, mask, n_workers=2, **options)
    if not np.array_equal(found[None].labels, found[2].labels):
        raise RuntimeError("two workers gave other labels than one process")
    name = f"{mask.size / 1e6:.1f} million pixels, 2 workers ({seconds[2]:.0f} s) / 1 process"
    yield Measure(f"{name} ({seconds[None]:.0f} s)", seconds[2] / seconds[None], 1 / 1.6)
    yield Measure("memory of the larger worker at its peak", watch.peak / 1e6, 1000, " MB")


class Watch:
    """Looks ten times a second how much memory each process of this one takes."""

    def __enter__(self) -> Watch:
        self.peak, self.over = 0, threading.Event()
        self.thread = threading.Thread(target=self._look)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def _look(self) -> None:
        while not self.over.wait(0.1):
            for child in psutil.Process().children(recursive=True):
                try:
                    self.peak = max(self.peak, child.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue
