"""Documents that are written from the code: `make docs` writes them, a test compares them.

They are docs/openapi.json, docs/access.md, docs/errors.md, docs/settings.md and .env.example.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from app import errors
from app.access import SCOPES_OF, Reach
from app.errors import AppError
from app.messages import MESSAGES
from app.messages.answers import ANSWERS
from app.messages.fields import FIELDS
from app.messages.files import FILES
from app.messages.numbers import NUMBERS
from app.settings import PREFIX, Settings
from app.vocabulary import CallerKind, Scope

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
ACCESS_HEAD = """\
# Who may do what

Every operation declares one rule in its route: who may call it, with which scope, on which records. The
rule is enforced from there, published in the OpenAPI document as `x-access`, and listed below;
`tests/access` asks every operation as every kind of caller for every kind of record and compares. `make
docs` writes this page.

## Keys

`Authorization: Bearer KEY`, and nowhere else: a key in an address is refused (`key_in_query`), since
logs would keep it. A key is `smz_live_` (on a trial installation `smz_test_`, for the website
`smz_pub_`), 32 random characters and a checksum of 6: the CRC-32 of what stands before it, in base62.
Token scanners find it by `smz_(live|test|pub)_[0-9A-Za-z]{38}` and can verify it offline. The service
keeps its SHA-256, the prefix and the last four characters; the key itself is shown once, when it is
made.

- An **administrator** (or `smezhnik keys`) makes and ends all keys; the first one is
  `SMEZHNIK_ADMIN_KEY`. A **centre** manages its own keys and those of the members it keeps, a
  **member** its own, with the scope `keys`. Nobody gives a scope it lacks, nor rotates a key that opens
  more than its own.
- `POST /v1/keys/{key_id}/rotation` makes a key that opens the same. The old one works until the moment
  you state, a day by default, 30 days at most: no gap, and no reminder to forget.
- `DELETE /v1/keys/{key_id}` ends a key. The next request with it is refused, whichever worker it meets.
  A key that leaked may end itself, if it has the scope `keys`.
- `last_used_at` is brought up to date once a minute at most.
- The website's key works from the pages it lists only (`Origin`). It can be read in every page, so it
  opens what a visitor without a key sees. Browsers may read the API from these pages, within five
  seconds; other pages stand in `SMEZHNIK_CORS_ORIGINS`.
- The access log names the kind and the id of the caller, the id of the key and the operation; it holds
  no key, no query and no contact.

## Refusals

- 401 `unauthorized`: no key where one is needed, or one that is malformed, unknown, expired or revoked.
  Which of these it is, is not told.
- 403 `forbidden`, `scope_missing`, `origin_refused`: this kind of caller, this key or this page cannot
  do that at all; decided before any record is looked at.
- 404 `not_found`: there is no such record, or it is out of reach. The two answers are the same, also
  for a change of a record that may be read.
"""
REACHES: Mapping[Reach, str] = {
    Reach.ANY: "the same for all callers",
    Reach.VISIBLE: "what the caller may see: public organisations, for members and centres also those for "
    "members, with their published statements; and all statements of what it keeps",
    Reach.KEPT: "organisations the caller keeps, with what belongs to them. A member keeps itself; a centre "
    "its members (`centre_id`) and those of its regions that name no centre; an administrator all. An "
    "introduction belongs to both of its sides",
    Reach.REVIEWED: "reviews of statements of organisations the caller keeps, and those handed over to it",
    Reach.KEYS: "an administrator's: all keys; a centre's: its own and those of the members it keeps; "
    "a member's: its own",
    Reach.OWN: "what the holder of the key made itself: nobody else sees it, its centre does not either; "
    "an administrator sees all webhooks",
}
SCOPES: Mapping[Scope, str] = {
    Scope.READ: "whatever the holder may see, unpublished work of its own included",
    Scope.WRITE: "make, change and remove organisations and statements the holder keeps, and act in their "
    "introductions; for an administrator also centres and webhooks",
    Scope.CONTACTS: "read the contacts of organisations the holder keeps, and of partners in introductions "
    "while both sides accept",
    Scope.REVIEW: "see the queue of reviews and decide them; with `write`, publish and change statements "
    "directly. Without it a statement, and a change of a published one, waits for that (docs/reviews.md)",
    Scope.KEYS: "make, list, rotate and revoke keys the holder manages",
}
SECTIONS = (
    ("Fields", FIELDS),
    ("Official numbers", NUMBERS),
    ("Files", FILES),
    ("Searches without result, and labelled sets", ANSWERS),
)


@cache
def openapi() -> str:
    """The document a fresh service publishes at /openapi.json."""
    from starlette.testclient import TestClient

    from app import bootstrap, main

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/smezhnik.db", public_url="")
        runtime = bootstrap.start(settings)
        # Not entered: what a service compiles and loads before it serves stands in no document.
        client = TestClient(main.create_app(runtime, settings))
        document = client.get("/openapi.json").raise_for_status().json()
        runtime.database.dispose()
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def refusals() -> list[type[AppError]]:
    """Every kind of refusal, a parent before its children."""
    kinds: list[type[AppError]] = [errors.AppError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    return kinds


def access_page() -> str:
    """docs/access.md."""
    rows = []
    for path, operations in json.loads(openapi())["paths"].items():
        for method, operation in operations.items():
            rule = operation["x-access"]
            who = ", ".join(rule["callers"]) or "anybody; no key is looked at"
            scope = f"`{rule['scope']}`" if "scope" in rule else "—"
            rows.append((f"`{method.upper()} {path}`", who, scope, rule["reach"]))
    scopes = [
        (
            f"`{scope.value}`",
            meaning,
            ", ".join(kind.value for kind in CallerKind if scope in SCOPES_OF[kind]),
        )
        for scope, meaning in SCOPES.items()
    ]
    reaches = [(f"`{reach.value}`", meaning) for reach, meaning in REACHES.items()]
    return (
        ACCESS_HEAD
        + "\n## Scopes\n\n"
        + table(("scope", "opens", "may be given to"), scopes)
        + "\n## Records\n\n"
        + table(("records", "which"), reaches)
        + "\n## Operations\n\n`website` is a visitor, with the website's key or without any.\n\n"
        + table(("operation", "callers", "scope", "records"), rows)
    )


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
    "docs/access.md": access_page,
    "docs/errors.md": errors_page,
    "docs/settings.md": settings_page,
    ".env.example": env_example,
    "docs/openapi.json": openapi,
}


if __name__ == "__main__":
    for name, write in DOCUMENTS.items():
        (ROOT / name).write_text(write())
