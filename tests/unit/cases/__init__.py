"""The drawing functions of the book, gathered from this folder's modules: add one for each subject.

A module gives `CASES` (name: Case), `BAD` (name, argument, value, what the error must say it got),
`WRONG_TYPE` (name, argument), and, where a reader chooses between words, `SAID` (value: how it is described).
"""

from importlib import import_module
from pathlib import Path

from tests.unit.cases.case import Case

__all__ = ["BAD", "CASES", "SAID", "WRONG_TYPE", "Case"]

CASES: dict = {}
BAD: list = []
WRONG_TYPE: list = []
SAID: dict = {}

for _path in sorted(Path(__file__).parent.glob("[!_]*.py")):
    if _path.stem == "case":
        continue
    _module = import_module(f"{__name__}.{_path.stem}")
    _twice = CASES.keys() & _module.CASES.keys()
    if _twice:
        raise ValueError(f"two modules describe {sorted(_twice)}")
    CASES |= _module.CASES
    BAD += _module.BAD
    WRONG_TYPE += _module.WRONG_TYPE
    SAID |= getattr(_module, "SAID", {})
