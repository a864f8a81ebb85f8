"""Compare every answer on other arithmetic: Pythons, threads, processors, and libraries for matrices.

``python tools/matrix.py`` runs all that this machine can have and says what it cannot; ``--list`` names them,
and with names it runs these alone. Each executes all notebooks and compares what they print with what is
stored, as `make test-notebooks` does, then runs the tests and examples of the mathematics.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from other_blas import compile_jumps
from pythons import find_python

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "_build" / "matrix"
HERE = Path(sys.executable)
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
LIBRARIES = Path("/usr/lib/x86_64-linux-gnu")  # where Debian keeps its exchangeable libraries

_MATHEMATICS = re.compile(r"examlab\.(networks|hyperspectral)")
_OTHERS = re.compile(r"examlab\.(figures|reading)")
_FACTS = """
import platform, numpy, scipy.linalg, sklearn.svm
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
from threadpoolctl import threadpool_info
blas = {f"{i['internal_api']} {i.get('architecture') or ''} ×{i['num_threads']}"
        for i in threadpool_info() if i["user_api"] == "blas" and "numpy" in i["filepath"]}
try:
    maps = open("/proc/self/maps").read()
except OSError:
    maps = ""
blas |= {"/".join(line.split("/")[-2:]) for line in maps.splitlines() if "/libbl" in line}
vectors = [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]
print(f"Python {platform.python_version()}, NumPy {numpy.__version__}", *sorted(blas) or ["no BLAS seen"],
      f"vectors: {vectors[-1] if vectors else 'the least'}", sep=", ")
"""
_MORE_THREADS = """
import numpy, scipy.linalg
from threadpoolctl import threadpool_limits
threadpool_limits({number}, user_api="blas")
"""
_DISPATCHED = """
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
print(*(name for name in __cpu_dispatch__ if __cpu_features__.get(name)))
"""


@dataclass(frozen=True)
class Cell:
    """One arithmetic: what the environment says to the libraries, and an interpreter other than this one."""

    name: str
    environment: Mapping[str, str]
    base: Path | None = None

    def python(self) -> Path:
        """Return the interpreter, with the lock's packages; they are installed first if it is another one."""
        return HERE if self.base is None else _interpreter(self.name, self.base)


@dataclass(frozen=True)
class Skipped:
    """One arithmetic that this machine cannot have, and why."""

    name: str
    reason: str


def cells() -> Iterator[Cell | Skipped]:
    """Yield every arithmetic, or why it cannot be had."""
    for threads in (1, 2, 4):
        yield Cell(f"threads-{threads}", _threads(threads))
    yield from _processors()
    yield from _pythons()
    yield from _libraries()


def _threads(number: int) -> dict[str, str]:
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS")
    told = dict.fromkeys(names, str(number))
    if number > (os.cpu_count() or 1):  # OpenBLAS takes no more threads than cores from the environment
        place = FOLDER / f"{number}-threads"
        place.mkdir(parents=True, exist_ok=True)
        (place / "sitecustomize.py").write_text(_MORE_THREADS.format(number=number))
        told["PYTHONPATH"] = str(place)
    return told


def _processors() -> Iterator[Cell | Skipped]:
    """Yield older processors: OpenBLAS, NumPy and the C library are told not to use what these lack."""
    if platform.machine() != "x86_64":
        yield Skipped("processors", f"older ones are known for x86-64 alone, this is {platform.machine()}")
        return
    features = _output(HERE, _DISPATCHED).split()
    without_512 = [name for name in features if name not in {"X86_V3", "AVX2", "FMA3"}]
    for name, kernel, off, without in (
        ("avx-512", "SkylakeX", [], ""),
        ("avx2", "Haswell", without_512, "-AVX512F"),
        ("avx", "Sandybridge", features, "-AVX512F,-AVX2,-FMA,-FMA4"),
        ("sse4", "Nehalem", features, "-AVX512F,-AVX2,-FMA,-FMA4,-AVX"),
        ("sse", "Prescott", features, "-AVX512F,-AVX2,-FMA,-FMA4,-AVX"),
    ):
        if name == "avx-512" and not without_512:
            yield Skipped(name, "this processor has no AVX-512")
        elif name == "avx2" and not features:
            yield Skipped(name, "this processor has no AVX2")
        else:
            told = {"OPENBLAS_CORETYPE": kernel, "NPY_DISABLE_CPU_FEATURES": " ".join(off)}
            if without:
                told["GLIBC_TUNABLES"] = f"glibc.cpu.hwcaps={without}"
            yield Cell(name, _threads(1) | told)


def _pythons() -> Iterator[Cell | Skipped]:
    """Yield the other Pythons that are found here, each with the packages of the lock."""
    mine = f"{sys.version_info.major}.{sys.version_info.minor}"
    for version in PYTHONS:
        if version == mine:
            continue
        name = f"python-{version}"
        if base := find_python(version):
            yield Cell(name, _threads(1), base)
        else:
            yield Skipped(name, f"no Python {version} is installed here")


def _libraries() -> Iterator[Cell | Skipped]:
    """Yield other libraries for matrices, from Debian's packages, in the place of OpenBLAS."""
    for name, wide, usual, packages in (
        ("reference", "blas64", "blas", "libblas3, libblas64-3"),
        ("blis", "blis64-pthread", "blis-pthread", "libblis4-pthread, libblis64-4-pthread"),
    ):
        found = {
            "numpy": [LIBRARIES / wide / "libblas64.so.3", LIBRARIES / "lapack64" / "liblapack64.so.3"],
            "scipy": [LIBRARIES / usual / "libblas.so.3", LIBRARIES / "lapack" / "liblapack.so.3"],
        }
        if not all(library.exists() for libraries in found.values() for library in libraries):
            yield Skipped(name, f"it needs Debian's {packages}, liblapack3, liblapack64-3")
        elif not (shutil.which("cc") and shutil.which("nm")):
            yield Skipped(name, "it needs a C compiler")
        else:
            jumps = {library: FOLDER / f"{name}-{library}.so" for library in found}
            for library, libraries in found.items():
                compile_jumps(library, libraries, jumps[library])
            yield Cell(name, _threads(1) | {"LD_PRELOAD": os.pathsep.join(map(str, jumps.values()))})


# ---- Environments


def _uv(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(HERE.with_name("uv")), *words], capture_output=True, text=True, cwd=ROOT, check=False
    )


def _interpreter(name: str, base: Path) -> Path:
    """Return a Python with the lock's packages, made once for a lock."""
    place = FOLDER / name
    python, stamp = place / "bin" / "python", place / "installed.lock"
    lock = ROOT / "requirements.lock"
    if stamp.is_file() and stamp.read_bytes() == lock.read_bytes():
        return python
    print(f"Installing {name} …", flush=True)
    shutil.rmtree(place, ignore_errors=True)
    _uv_or_stop("venv", "--quiet", "--python", str(base), str(place))
    install = ("pip", "install", "--quiet", "--python", str(python))
    _uv_or_stop(*install, "--require-hashes", "-r", str(lock))
    _uv_or_stop(*install, "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    shutil.copy(lock, stamp)
    return python


def _uv_or_stop(*words: str) -> None:
    done = _uv(*words)
    if done.returncode:
        raise SystemExit(f"uv {' '.join(words)}\n{done.stderr}")


# ---- Running


def run(cell: Cell) -> bool:
    """Execute all notebooks and the tests of the mathematics; say what came out; return whether all held."""
    python = cell.python()
    print(f"{cell.name}: {_output(python, _FACTS, cell.environment).strip()}", flush=True)
    mathematics = [str(ROOT / "src" / "examlab" / wing) for wing in ("networks", "hyperspectral")]
    tasks = {
        "notebooks": ["--nbval", "--nbval-sanitize-with", "tests/notebooks/sanitize.cfg", "notebooks"],
        "mathematics": [*unit_tests(), *mathematics],
    }
    good = True
    for task, words in tasks.items():
        log = FOLDER / f"{cell.name}-{task}.log"
        started = time.monotonic()
        command = [str(python), "-m", "pytest", *words, "-n", "2", "--dist", "loadscope", "-q", "-rfE"]
        with log.open("w") as record:
            done = subprocess.run(
                command, cwd=ROOT, env=_environment(cell, python), stdout=record, stderr=subprocess.STDOUT
            )
        lines = log.read_text().splitlines()
        print(f"  {task}: {lines[-1].strip('= ') if lines else '?'}, {time.monotonic() - started:.0f} s")
        for line in lines:
            if line.startswith(("FAILED", "ERROR")):
                print(f"    {line}  ({log.relative_to(ROOT)})")
        good &= done.returncode == 0
        sys.stdout.flush()
    return good


def unit_tests() -> list[str]:
    """Return the tests of networks and hyperspectral: all that know these wings and no other."""
    found = {path: path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("tests/unit/test_*.py"))}
    return [
        str(path) for path, text in found.items() if _MATHEMATICS.search(text) and not _OTHERS.search(text)
    ]


def _environment(cell: Cell, python: Path) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("EXAMLAB_")}
    path = os.pathsep.join([str(python.parent), mine.get("PATH", "")])
    return mine | {"PATH": path} | dict(cell.environment)


def _output(python: Path, code: str, environment: Mapping[str, str] | None = None) -> str:
    told = os.environ | dict(environment or {})
    return subprocess.run(
        [str(python), "-c", code], env=told, capture_output=True, text=True, check=True
    ).stdout


def main(arguments: list[str] | None = None) -> int:
    """Run all or the named ones; return 1 if an answer or a test did not hold somewhere."""
    parser = argparse.ArgumentParser(description="Compare every answer on other arithmetic.")
    parser.add_argument("names", nargs="*", help="which to run; all if none is named")
    parser.add_argument("--list", action="store_true", help="only name them")
    options = parser.parse_args(arguments)
    FOLDER.mkdir(parents=True, exist_ok=True)
    ran, bad, skipped = [], [], []
    for cell in cells():
        if options.names and cell.name not in options.names:
            continue
        if isinstance(cell, Skipped):
            skipped.append(cell)
        elif options.list:
            print(cell.name)
        else:
            ran.append(cell.name)
            if not run(cell):
                bad.append(cell.name)
    for cell in skipped:
        print(f"Skipped {cell.name}: {cell.reason}")
    if not options.list:
        print(f"Held: {len(ran) - len(bad)} of {len(ran)}." + (f" Not: {', '.join(bad)}." if bad else ""))
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
