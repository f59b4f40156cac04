"""What is published agrees with the code: errors, settings, messages, the OpenAPI document."""

import ast
import fnmatch
import string
from collections.abc import Iterator

import pytest

from app.errors import AppError
from app.messages import MESSAGES
from app.schemas.violations import CODES
from app.settings import Settings
from tests.architecture import published
from tests.architecture.published import DOCUMENTS, ROOT
from tests.architecture.source import calls

CODE_AT = {
    "PydanticCustomError": 0,
    "IdentifierError": 0,
    "CellError": 0,
    "Read": 1,
    "IdentifierWarning": 0,
    "_refuse": 0,
    "_line_error": 0,
    "Violation": 1,
}
"""Where the code stands among the arguments of what makes a violation."""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_as_the_code_says(name: str):
    assert (ROOT / name).read_text() == DOCUMENTS[name](), f"{name} is old: run make docs"


def test_every_setting_is_documented():
    page, example = (ROOT / "docs/settings.md").read_text(), (ROOT / ".env.example").read_text()
    assert len(Settings.model_fields) > 10
    for name, field in Settings.model_fields.items():
        assert field.description, f"{name} says nothing of itself"
        assert f"`{published.variable(name)}`" in page
        assert f"# {published.variable(name)}=" in example


def test_every_refusal_has_its_own_code_and_is_documented():
    page = (ROOT / "docs/errors.md").read_text()
    kinds = published.refusals()
    assert len({kind.code for kind in kinds}) == len(kinds) > 15
    for kind in kinds:
        assert kind.code in MESSAGES, f"{kind.__name__} has no text"
        assert f"| `{kind.code}` | {kind.status} |" in page
        assert 400 <= kind.status <= 599


def test_the_tree_of_refusals_is_drawn_whole():
    drawing = ast.get_docstring(ast.parse((ROOT / "app/errors.py").read_text())) or ""
    drawn = {line.split("─")[-1].split()[0]: line.split() for line in drawing.splitlines() if "──" in line}
    kinds = [kind for kind in published.refusals() if kind is not AppError]
    assert set(drawn) == {kind.__name__ for kind in kinds}
    for kind in kinds:
        assert {str(kind.status), kind.code} <= set(drawn[kind.__name__])


def codes_in_use() -> set[str]:
    found = set(CODES.values()) | {"wrong_type"}
    for maker, position in CODE_AT.items():
        for _, call in calls(maker):
            for given in call.args[position : position + 1]:
                found |= set(literals(given))
    return found


def literals(node: ast.AST) -> Iterator[str]:
    """The texts an expression may yield; a part known at run time only becomes `*`."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    else:
        for child in ast.iter_child_nodes(node):
            yield from literals(child)


def test_every_code_in_use_has_texts():
    codes = codes_in_use()
    assert {"country_unknown", "number_taken", "etag_invalid"} <= codes
    assert not [code for code in codes if not fnmatch.filter(MESSAGES, code)]


@pytest.mark.parametrize("code", MESSAGES)
def test_texts_are_in_both_languages_and_name_the_same_values(code: str):
    russian, english = MESSAGES[code]
    assert any("а" <= letter.lower() <= "я" for letter in russian), f"not Russian: {russian}"
    assert english
    assert english != russian
    assert values_of(russian) == values_of(english)


def values_of(template: str) -> set[str]:
    """The values a text names, without the mark of the language they are in."""
    names = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    return {name.removesuffix("_ru").removesuffix("_en") for name in names}
