"""The product's source as syntax trees, for tests that read code."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """One file of the product."""

    path: str
    lines: int
    tree: ast.Module


@cache
def modules() -> tuple[Module, ...]:
    """Every module of app, by its path from the root."""
    found = []
    for file in sorted(APP.rglob("*.py")):
        text = file.read_text()
        path = file.relative_to(ROOT).as_posix()
        found.append(Module(path, len(text.splitlines()), ast.parse(text, path)))
    return tuple(found)


def functions() -> Iterator[tuple[str, Function]]:
    """Every function and method of app, nested ones too, with the place to name in a report."""
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, Function):
                yield f"{module.path}:{node.lineno} {node.name}", node


def calls(name: str) -> Iterator[tuple[Module, ast.Call]]:
    """Every call in app of a function or method of this name."""
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and called(node) == name:
                yield module, node


def called(call: ast.Call) -> str:
    """The last part of the called name; empty where something else is called."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def mentions(tree: ast.Module) -> set[str]:
    """Every name a module uses, imports or reaches as an attribute."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name():
                found.add(node.id)
            case ast.Attribute():
                found.add(node.attr)
            case ast.alias():
                found.update(node.name.split("."))
            case ast.ImportFrom():
                found.update((node.module or "").split("."))
    return found
