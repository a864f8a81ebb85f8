"""Hyperspectral scenes to try methods on."""

from __future__ import annotations

from examlab.hyperspectral.pavia import load_pavia_university
from examlab.hyperspectral.scene import Scene
from examlab.hyperspectral.simulation import simulated_scene

__all__ = ["Scene", "load_pavia_university", "simulated_scene"]
