"""Documents that are written from the code: `make docs` writes them, a test compares them.

They are docs/openapi.json, docs/errors.md, docs/settings.md and .env.example.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from app import errors
from app.errors import AppError
from app.messages import MESSAGES
from app.messages.answers import ANSWERS
from app.messages.fields import FIELDS
from app.messages.numbers import NUMBERS
from app.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
SETTINGS_HEAD = """\
# Settings

Every setting is an environment variable. A wrong value, or a variable with the prefix `{prefix}` that is
not listed here, stops the start with a line that names it.

`make docs` writes this page from `app/settings.py`; `.env.example` holds the same with the defaults.
"""
ERRORS_HEAD = """\
# Errors

Every refusal is `application/problem+json` (RFC 9457). `code` says which one and never changes; `title` and
`detail` are for people, in the language of `Accept-Language`. `GET /problems/{code}` describes one code.

`make docs` writes this page from `app/errors.py` and `app/messages`. Words in braces stand for values.

## Refusals
"""
VIOLATIONS_HEAD = """\

## Violations

A refusal may carry `errors`: one entry for each thing that is wrong, with `pointer` (JSON Pointer), `code`
and `detail`.
"""
SECTIONS = (
    ("Fields", FIELDS),
    ("Official numbers", NUMBERS),
    ("Files, and searches without result", ANSWERS),
)


def openapi() -> str:
    """The document a fresh service publishes at /openapi.json."""
    from starlette.testclient import TestClient

    from app import bootstrap, main

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/smezhnik.db", public_url="")
        with TestClient(main.create_app(bootstrap.start(settings), settings)) as client:
            document = client.get("/openapi.json").raise_for_status().json()
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def refusals() -> list[type[AppError]]:
    """Every kind of refusal, a parent before its children."""
    kinds: list[type[AppError]] = [errors.AppError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    return kinds


def errors_page() -> str:
    """docs/errors.md."""
    kinds = sorted(refusals(), key=lambda kind: (kind.status, kind.code))
    rows = [(f"`{kind.code}`", kind.status, kind.__doc__ or "", *MESSAGES[kind.code]) for kind in kinds]
    page = ERRORS_HEAD + "\n" + table(("code", "status", "meaning", "Russian", "English"), rows)
    page += VIOLATIONS_HEAD
    for title, texts in SECTIONS:
        listed = [(f"`{code}`", *both) for code, both in texts.items()]
        page += f"\n### {title}\n\n" + table(("code", "Russian", "English"), listed)
    return page


def settings_page() -> str:
    """docs/settings.md."""
    rows = [
        (f"`{variable(name)}`", kind_of(schema), f"`{default}`" if default else "—", schema["description"])
        for name, schema, default in all_settings()
    ]
    return SETTINGS_HEAD.format(prefix=PREFIX) + "\n" + table(("variable", "value", "default", "what"), rows)


def env_example() -> str:
    """.env.example."""
    lines = [
        f"\n# {schema['description']}\n# {variable(name)}={default}\n"
        for name, schema, default in all_settings()
    ]
    return "# Every setting with its default; docs/settings.md says more.\n" + "".join(lines)


def all_settings() -> list[tuple[str, dict[str, Any], str]]:
    """Each setting with its schema and its default as one would write it in the environment."""
    schema = Settings.model_json_schema()
    found = []
    for name, field in Settings.model_fields.items():
        stated = schema["properties"][name]
        named = schema["$defs"].get(stated.get("$ref", "").rsplit("/", 1)[-1], {})
        found.append((name, {**named, **stated}, written(field.default)))
    return found


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def written(value: object) -> str:
    """A default as it stands in the environment; empty for none."""
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


def kind_of(schema: Mapping[str, Any]) -> str:
    """What values a setting takes, in words."""
    kind = {"integer": "whole number", "number": "number", "array": "list, by commas"}.get(
        schema.get("type", ""), "text"
    )
    limits = [
        f"{word} {schema[key]}"
        for key, word in (("exclusiveMinimum", "above"), ("minimum", "from"), ("maximum", "to"))
        if key in schema
    ]
    return ", ".join(f"`{value}`" for value in schema.get("enum", ())) or " ".join([kind, *limits])


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    cells = [[" ".join(str(cell).replace("|", "\\|").split()) for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "docs/errors.md": errors_page,
    "docs/settings.md": settings_page,
    ".env.example": env_example,
    "docs/openapi.json": openapi,
}


if __name__ == "__main__":
    for name, write in DOCUMENTS.items():
        (ROOT / name).write_text(write())
