"""Put another library for matrices below NumPy and SciPy: a small library that passes their calls on to it.

The wheels of NumPy and SciPy bring OpenBLAS, every function of which has a name of their own, such as
``scipy_cblas_dgemm64_``. A library that is loaded before it and has functions of these names is asked in its
place. Each of ours jumps to the function that the other library has under the usual name, ``cblas_dgemm``.
Linux on x86-64 alone.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

_START = """
#define _GNU_SOURCE
#include <dlfcn.h>
__attribute__((visibility("hidden"))) void *targets[{number}];
static const char *const files[] = {{{files}, 0}};
static const char *const names[] = {{{names}}};
__attribute__((constructor)) static void look_up(void) {{
  void *libraries[8];
  int count = 0;
  for (const char *const *file = files; *file; file++)
    libraries[count++] = dlopen(*file, RTLD_NOW | RTLD_LOCAL);
  for (int i = 0; i < {number}; i++)
    for (int j = 0; j < count && !targets[i]; j++)
      targets[i] = libraries[j] ? dlsym(libraries[j], names[i]) : 0;
}}
"""
_JUMP = 'asm(".globl {name}\\n.type {name}, @function\\n{name}: jmp *targets+{place}(%rip)\\n");\n'


def bundled(package: str) -> Path:
    """Return the OpenBLAS that the wheel of a package brings."""
    spec = find_spec(package)
    assert spec is not None and spec.origin is not None
    return next(Path(spec.origin).parent.with_name(f"{package}.libs").glob("libscipy_openblas*.so"))


def functions(library: Path) -> set[str]:
    """Return the names of the functions that a library has."""
    listed = subprocess.run(
        ["nm", "-D", "--defined-only", str(library)], capture_output=True, text=True, check=True
    )
    return set(re.findall(r" [TWi] ([A-Za-z0-9_]+)(?:@.*)?$", listed.stdout, re.MULTILINE))


def usual_name(name: str) -> str:
    """Return the usual name of a function that the wheels call by a name of their own.

    Examples
    --------
    >>> [usual_name(name) for name in ("scipy_cblas_dgemm64_", "scipy_dgesv_64_", "scipy_dgesv_")]
    ['cblas_dgemm', 'dgesv_', 'dgesv_']
    """
    plain = name.removeprefix("scipy_")
    return re.sub(r"_?64_$", "" if plain.startswith("cblas_") else "_", plain)


def compile_jumps(package: str, libraries: Iterable[Path], target: Path) -> int:
    """Write a library that stands before a package's OpenBLAS; return how many functions it passes on."""
    files = list(libraries)
    there = set().union(*map(functions, files))
    names = sorted(
        n for n in functions(bundled(package)) if n.startswith("scipy_") and usual_name(n) in there
    )
    source = _START.format(
        number=len(names),
        files=", ".join(f'"{file}"' for file in files),
        names=", ".join(f'"{usual_name(name)}"' for name in names),
    )
    source += "".join(_JUMP.format(name=name, place=8 * i) for i, name in enumerate(names))
    target.parent.mkdir(parents=True, exist_ok=True)
    command = ["cc", "-shared", "-fPIC", "-O1", "-x", "c", "-", "-o", str(target), "-ldl"]
    subprocess.run(command, input=source, text=True, check=True)
    return len(names)
