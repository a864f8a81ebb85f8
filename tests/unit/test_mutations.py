"""The mistakes that `make mutants` makes: the right ones, one at a time."""

import ast

import pytest

from tests.mutants.mutations import count, mutant


def became(source):
    return [mutant("m.py", source, number).source for number in range(count(source))]


@pytest.mark.parametrize(
    ("source", "mistakes"),
    [
        ("a + b", ["a - b", "pass"]),
        ("x = a <= b", ["x = a < b"]),
        ("x = not a", ["x = a"]),
        ("x = a and b", ["x = a or b"]),
        ("x = a[-1]", ["x = a[1]", "x = a[-2]"]),
        ("x = 0.5", ["x = 1.5", "x = 1.0"]),
        ("x = True", ["x = False"]),
        ("x = np.min(a, axis=0)", ["x = np.min(a)", "x = np.max(a, axis=0)", "x = np.min(a, axis=1)"]),
        ("x += 1", ["x -= 1", "x += 2"]),
        ("x = y if f(a) else z", ["x = y if not f(a) else z"]),
    ],
)
def test_mistakes(source, mistakes):
    assert sorted(became(source)) == sorted(mistakes)


@pytest.mark.parametrize(
    "source",
    [
        '"""About 3 things."""',
        "from a import b",
        "raise ValueError(f'must be at least {1 + 1}')",
        "@lru_cache(maxsize=16)\ndef f(x: Literal[1]) -> Annotated[int, 2]:\n    return x",
        "x: int | None",
        "__all__ = ['a']",
        "text = 'a'",
    ],
)
def test_what_is_left_alone(source):
    assert became(source) == []


def test_a_mutant_differs_in_one_place_and_says_where():
    source = "class A:\n    def f(self, x):\n        return x * 2 + 1\n"
    for number in range(count(source)):
        made = mutant("m.py", source, number)
        assert (made.inside, made.line) == ("A.f", 3)
        assert made.was != made.becomes and made.becomes in made.source
        assert ast.unparse(ast.parse(source)).replace(made.was, made.becomes, 1) == made.source
        assert made.name == f"m.py A.f: {made.was} → {made.becomes}"
