"""Small mistakes in Python: each mutant of a source differs from it in one place.

What one gets wrong in mathematics: a sign, a comparison, a bound, an off-by-one, an axis forgotten, a maximum
for a minimum. Texts, annotations, decorators and what an error says are left alone, and the -1 of reshape:
NumPy works out a length for any negative number.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

_OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
_PAIRS = (
    *(("min", "max"), ("argmin", "argmax"), ("minimum", "maximum"), ("sum", "mean"), ("floor", "ceil")),
    *(
        ("any", "all"),
        ("zeros", "ones"),
        ("log", "log1p"),
        ("exp", "expm1"),
        ("sin", "cos"),
        ("ndim", "size"),
    ),
)
_NAMES = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_MATHEMATICS = {"np", "math", "numpy", "scipy"}


@dataclass(frozen=True)
class Mutant:
    """A source with one mistake."""

    module: str
    """The file, from the folder of the package."""
    inside: str
    """The function or class that the mistake is in, empty for the module itself."""
    line: int
    was: str
    becomes: str
    source: str

    @property
    def name(self) -> str:
        """The mutant without its line, which other changes move."""
        return f"{self.module} {self.inside or '(module)'}: {self.was} → {self.becomes}"


def count(source: str) -> int:
    """Return how many mutants a source has."""
    return sum(1 for _ in _inside(ast.parse(source), ""))


def mutant(module: str, source: str, number: int) -> Mutant:
    """Return one of the mutants of a source."""
    tree = ast.parse(source)
    inside, node, change = next(islice(_inside(tree, ""), number, None))
    line, was = next(one.lineno for one in ast.walk(node) if hasattr(one, "lineno")), _short(node)
    becomes = _short(change() or node)
    return Mutant(module, inside, line, was, becomes, ast.unparse(ast.fix_missing_locations(tree)))


def _short(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


Place = tuple[str, ast.AST, Callable[[], ast.AST | None]]
"""Where a change is, the node that shows it, and what makes it; this returns another node to show, if any."""


def _inside(node: ast.AST, where: str, free: frozenset[ast.AST] = frozenset()) -> Iterator[Place]:
    """Yield every change within a node, but none of the free lengths."""
    free |= _free_lengths(node)
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        for place, child in enumerate(value) if isinstance(value, list) else ((None, value),):
            if not isinstance(child, ast.AST) or child in free or _left_alone(child):
                continue
            small = isinstance(child, ast.Constant | ast.Name) and not isinstance(node, _LARGE)
            yield from ((where, node if small else child, change) for change in _changes(child))
            yield from ((where, child, change) for change in _exchanges(node, name, place, child))
            named = isinstance(child, ast.FunctionDef | ast.ClassDef)
            yield from _inside(child, f"{where}.{child.name}".lstrip(".") if named else where, free)


_LARGE = (ast.stmt, ast.Module, ast.comprehension)


def _free_lengths(node: ast.AST) -> frozenset[ast.AST]:
    """Return the 1 of each -1 that `reshape` is given."""
    if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] != "reshape":
        return frozenset()
    sides = [part for side in node.args for part in (side.elts if isinstance(side, ast.Tuple) else [side])]
    return frozenset(
        side.operand for side in sides if isinstance(side, ast.UnaryOp) and isinstance(side.op, ast.USub)
    )


def _left_alone(node: ast.AST) -> bool:
    """Return whether a node is no mathematics: imports, what errors say, lists of names, types."""
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets)
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return isinstance(node, ast.Import | ast.ImportFrom | ast.Raise | ast.JoinedStr)


def _changes(node: ast.AST) -> Iterator[Callable[[], ast.AST | None]]:
    """Yield the changes within a node."""
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp) and type(node.op) in _OPERATORS:
        if not _is_type(node):
            yield partial(setattr, node, "op", _OPERATORS[type(node.op)]())
    elif isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            yield partial(_replace, node.ops, place, _OPERATORS[type(operator)]())
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield partial(setattr, node, "value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield partial(setattr, node, "value", node.value + 1)
        if isinstance(node.value, float) and node.value:
            yield partial(setattr, node, "value", node.value * 2)
    elif isinstance(node, ast.Call):
        for place, keyword in enumerate(node.keywords):
            if keyword.arg is not None:
                yield partial(_drop, node.keywords, place)
    elif isinstance(node, ast.Attribute) and node.attr in _NAMES and _is_mathematics(node.value):
        yield partial(setattr, node, "attr", _NAMES[node.attr])
    elif isinstance(node, ast.Name) and node.id in ("min", "max", "any", "all"):
        yield partial(setattr, node, "id", _NAMES[node.id])


def _is_mathematics(node: ast.AST) -> bool:
    return not isinstance(node, ast.Name) or node.id in _MATHEMATICS or node.id.islower()


def _is_type(node: ast.AST) -> bool:
    """Return whether `a | b` joins types."""
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.BitOr)
        and any(isinstance(side, ast.Name) and side.id in _TYPES for side in (node.left, node.right))
    )


_TYPES = {"int", "float", "str", "bool", "None", "list", "tuple", "dict", "Mapping", "Sequence", "Iterable"}


def _exchanges(
    parent: ast.AST, name: str, place: int | None, child: ast.AST
) -> Iterator[Callable[[], ast.AST | None]]:
    """Yield the changes that put another node in the place of a child."""
    if isinstance(child, ast.UnaryOp) and not isinstance(child.op, ast.UAdd):
        yield partial(_put, parent, name, place, child.operand)
    if name == "test" and not isinstance(child, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Constant):
        yield partial(_put, parent, name, place, ast.UnaryOp(ast.Not(), child))
    if isinstance(child, ast.Expr) and not isinstance(child.value, ast.Constant):
        yield partial(_put, parent, name, place, ast.Pass())


def _put(parent: ast.AST, name: str, place: int | None, node: ast.AST) -> ast.AST:
    if place is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[place] = node
    return node


def _replace(nodes: list[ast.AST], place: int, node: ast.AST) -> None:
    nodes[place] = node


def _drop(nodes: list[ast.AST], place: int) -> None:
    del nodes[place]
