"""The order of the notebooks."""

from __future__ import annotations

import pytest

from tests.longest import seconds


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the notebooks that take longest."""
    took = seconds()
    items.sort(key=lambda item: -took.get("/".join(item.path.parts[-2:]), 0))
