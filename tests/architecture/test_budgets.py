"""Modules and functions stay small enough to be read in one go."""

import ast
from collections.abc import Iterator
from statistics import median

from tests.architecture.source import Function, functions, modules

MODULE_LINES, MATCHING_LINES = 250, 200
FUNCTION_LINES, MEDIAN_LINES = 40, 8
PARAMETERS = 6
NESTING = 3

BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def parameters(function: Function) -> int:
    given = function.args
    named = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    bound = bool(named) and named[0] in ("self", "cls")
    return len(named) - bound + (given.vararg is not None) + (given.kwarg is not None)


def nesting(node: ast.AST, depth: int = 0) -> int:
    """How deep blocks stand in blocks; an `elif` stands beside its `if`, a nested function begins anew."""
    deepest = depth
    for child, inner in children(node, depth):
        if not isinstance(child, Function | ast.ClassDef):
            deepest = max(deepest, nesting(child, inner))
    return deepest


def children(node: ast.AST, depth: int) -> Iterator[tuple[ast.AST, int]]:
    elif_of = node.orelse if isinstance(node, ast.If) and len(node.orelse) == 1 else []
    for child in ast.iter_child_nodes(node):
        beside = child in elif_of and isinstance(child, ast.If)
        yield child, depth + (isinstance(child, BLOCKS) and not beside)


def test_modules_are_short():
    long = [
        f"{module.path}: {module.lines} lines"
        for module in modules()
        if module.lines > (MATCHING_LINES if module.path.startswith("app/matching/") else MODULE_LINES)
    ]
    assert not long


def test_functions_are_short():
    long = [f"{place}: {length(node)} lines" for place, node in functions() if length(node) > FUNCTION_LINES]
    assert not long


def test_most_functions_are_very_short():
    assert median(length(node) for _, node in functions()) <= MEDIAN_LINES


def test_functions_take_few_parameters():
    many = [f"{place}: {parameters(node)}" for place, node in functions() if parameters(node) > PARAMETERS]
    assert not many


def test_blocks_are_not_deep():
    deep = [f"{place}: {nesting(node)} deep" for place, node in functions() if nesting(node) > NESTING]
    assert not deep


def test_the_measures_measure():
    code = """
def outer(self, a, *, b, **rest):
    for x in a:
        if x:
            pass
        elif b:
            with x:
                pass
    def inner():
        while True:
            pass
"""
    outer = ast.parse(code).body[0]
    assert isinstance(outer, Function)
    assert (length(outer), parameters(outer), nesting(outer)) == (10, 3, 3)
