"""What must not stand in the code, and what must: names, docstrings, constructs that are refused."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.architecture.source import Function, Module, calls, functions, mentions, modules

VAGUE_MODULES = {"utils", "util", "helpers", "helper", "common", "core", "misc", "base"}
VAGUE_CLASSES = ("Manager", "Handler", "Helper", "Util", "Utils")
METHODS = {"get", "post", "put", "patch", "delete"}
HTTP_EXCEPTION_PLACES = {"app/api/problems.py", "app/api/etags.py"}
NOWHERE = {"BaseHTTPMiddleware", "pickle", "marshal", "shelve", "eval", "exec", "__import__"}


def test_names_say_what_they_hold():
    vague = [
        module.path
        for module in modules()
        for part in PurePosixPath(module.path).with_suffix("").parts
        if part in VAGUE_MODULES or part.startswith("base_")
    ]
    vague += [
        f"{module.path}: {node.name}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith(VAGUE_CLASSES)
    ]
    assert not vague


def test_every_module_says_what_it_is_for():
    assert not [module.path for module in modules() if not ast.get_docstring(module.tree)]


def test_every_public_function_promises_something():
    silent = [f"{module.path}:{node.lineno} {node.name}" for module, node in public() if not documented(node)]
    assert not silent


def public() -> Iterator[tuple[Module, Function]]:
    """Public functions of modules, and public methods of public classes."""
    for module in modules():
        owners: list[ast.Module | ast.ClassDef] = [module.tree]
        owners += [
            node
            for node in module.tree.body
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        ]
        for owner in owners:
            for node in owner.body:
                if isinstance(node, Function) and not node.name.startswith("_"):
                    yield module, node


def documented(function: Function) -> bool:
    """It has a docstring, or it is a line of a Protocol that only names a type."""
    only = function.body[0]
    is_stub = len(function.body) == 1 and isinstance(only, ast.Expr) and isinstance(only.value, ast.Constant)
    return bool(ast.get_docstring(function)) or (is_stub and only.value.value is ...)  # type: ignore[attr-defined]


def test_refused_constructs_stand_nowhere():
    assert not [f"{module.path}: {name}" for module in modules() for name in NOWHERE & mentions(module.tree)]


def test_http_exceptions_stay_at_the_edge():
    places = {module.path for module in modules() if "HTTPException" in mentions(module.tree)}
    assert places <= HTTP_EXCEPTION_PLACES


def test_use_cases_and_tables_never_commit():
    rooms = ("app/usecases/", "app/storage/", "app/api/")
    assert not [
        f"{module.path}:{call.lineno}" for module, call in calls("commit") if module.path.startswith(rooms)
    ]


def test_every_route_has_a_return_type():
    routes = [(place, node) for place, node in functions() if place.startswith("app/api/") and is_route(node)]
    assert len(routes) > 10
    assert not [place for place, node in routes if node.returns is None]


def is_route(function: Function) -> bool:
    decorators = [node for node in function.decorator_list if isinstance(node, ast.Call)]
    return any(isinstance(node.func, ast.Attribute) and node.func.attr in METHODS for node in decorators)
