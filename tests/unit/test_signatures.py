"""What the mathematics offers is written down: a default that changes would change the pages that rely on it.

After a change that is meant, run ``python -m tests.unit.test_signatures`` and look at the difference.
"""

import inspect
import pkgutil
from importlib import import_module
from pathlib import Path

from examlab import hyperspectral, networks

WRITTEN = Path(__file__).with_name("signatures.txt")


def signatures():
    """Return a line for each public function, class and constant, in the module that defines it."""
    lines = set()
    for wing in (networks, hyperspectral):
        for found in pkgutil.walk_packages(wing.__path__, f"{wing.__name__}."):
            module = import_module(found.name)
            for name in getattr(module, "__all__", ()):
                lines.add(_line(module.__name__, name, getattr(module, name)))
    return "".join(f"{line}\n" for line in sorted(lines))


def _line(module, name, value):
    if isinstance(value, int | float | str | tuple):
        return f"{module}.{name} = {value!r}"
    if not callable(value) or (isinstance(value, type) and issubclass(value, Exception)):
        return f"{module}.{name}: {type(value).__name__}"
    parameters = inspect.signature(value).parameters.values()
    plain = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in parameters]
    return f"{module}.{name}{inspect.Signature(plain)}"


def test_the_signatures_are_those_written_down():
    assert signatures() == WRITTEN.read_text(encoding="utf-8")


if __name__ == "__main__":
    WRITTEN.write_text(signatures(), encoding="utf-8")
