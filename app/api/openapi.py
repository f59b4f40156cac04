"""The OpenAPI document: FastAPI's own, with the refusals and the patch bodies as they really are."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.routing import compile_path

from app import __version__
from app.schemas.centres import CentreIn
from app.schemas.organisation_input import OrganisationIn
from app.schemas.reference import Problem
from app.schemas.saved_searches import SavedSearchIn
from app.schemas.statement_input import StatementIn
from app.schemas.webhooks import WebhookIn

DESCRIPTION = """
Partner matching for an association of industrial clusters. Organisations say what they **can do**
(capabilities) and what they **need** (needs); the service suggests partners, each with its reasons.

- Reading public data needs no key; all else needs `Authorization: Bearer KEY`. Keys stand nowhere else.
- `x-access` says of each operation who may call it, with which scope, and on which records it works. What is
  out of reach does not exist: 404. An unknown, expired or revoked key is 401 alike.
- JSON in UTF-8, snake_case; moments in RFC 3339; ids are opaque strings.
- New values of enums and new fields may appear: clients ignore what they do not know.
- A change names the version it is based on: `If-Match: "v7"`, from the `ETag` of the record.
- Every refusal is `application/problem+json` (RFC 9457) with a stable `code`; texts follow `Accept-Language`.
- A POST that changes something takes an `Idempotency-Key`: repeated within 24 hours with the same body it has
  no second effect and answers as before, with `Idempotency-Replayed: true`; secrets shown once are null then.
- `RateLimit-Policy` and `RateLimit` tell how often you may ask and how much is left; past it comes 429 with
  `Retry-After`.
- Unknown fields and parameters are refused by name.
"""
TAGS = [
    {
        "name": "organisations",
        "description": "Members and their partners: enterprises, clusters, research, authorities.",
    },
    {"name": "statements", "description": "Capabilities and needs of organisations."},
    {
        "name": "reviews",
        "description": "Statements of members that wait for their centre, and what it decides.",
    },
    {"name": "suggestions", "description": "Partners that fit, with the reasons."},
    {"name": "analytics", "description": "What the directory as a whole lacks: who meets which needs."},
    {"name": "cooperation", "description": "Chains of suppliers and consortia, with reasons."},
    {
        "name": "introductions",
        "description": "From interest to acceptance and outcome; contacts while both sides accept.",
    },
    {"name": "blocks", "description": "Whom an organisation does not want to meet; private."},
    {"name": "keys", "description": "Keys of members, centres, the website and administrators."},
    {"name": "centres", "description": "Promotion centres and their regions."},
    {"name": "alerts", "description": "Saved searches, and what was found for them since."},
    {"name": "webhooks", "description": "Addresses that are told of changes, and what was sent to them."},
    {"name": "privacy", "description": "Erasure of persons, and who changed what."},
    {"name": "changes", "description": "What changed since: to keep a copy in another system."},
    {"name": "imports", "description": "Files of organisations and statements, stored in the background."},
    {"name": "classifiers", "description": "Codes and names of the official classifiers that are loaded."},
    {"name": "reference", "description": "Regions, countries, and the signals of the engine."},
    {"name": "problems", "description": "What each code of a refusal means."},
]
REFUSALS = {
    "400": "The request cannot be read.",
    "401": "A valid key is needed.",
    "403": "The key does not allow this.",
    "404": "There is no such thing here.",
    "406": "The answer does not come in a format you accept.",
    "409": "The record's state or identity does not allow this.",
    "412": "The record was changed meanwhile.",
    "413": "The request is too large.",
    "415": "The body is in no format this operation reads.",
    "422": "The input breaks rules; `errors` lists each.",
    "428": "If-Match is needed.",
    "429": "You ask too often; see Retry-After.",
    "503": "Away for now; see Retry-After.",
}
EVERYWHERE = ("400", "401", "403", "404", "406", "413", "415", "422", "429", "503")
WITH_BODY = ("409",)
READING_POSTS = frozenset(
    {
        "/v1/suggestions/search",
        "/v1/chains/search",
        "/v1/consortia/solve",
        "/v1/classifiers/{kind}/suggest",
    }
)
"""Operations that change nothing: repeating them needs no key."""

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A text of your own, best a UUID: the same key and body have one effect in 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "example": "0197f5c0-7d3e-7c64-9f0a-0a4f4a1c2b3d",
}
PATCHES = {
    "/v1/organisations/{organisation_id}": OrganisationIn,
    "/v1/statements/{statement_id}": StatementIn,
    "/v1/centres/{centre_id}": CentreIn,
    "/v1/webhooks/{webhook_id}": WebhookIn,
    "/v1/saved-searches/{search_id}": SavedSearchIn,
}
PATCH_EXAMPLES = {
    "OrganisationIn": {"rename": {"value": {"city": "Ирбит"}}},
    "StatementIn": {"hand_in": {"value": {"status": "in_review"}}},
    "WebhookIn": {"resume": {"value": {"enabled": True}}},
    "SavedSearchIn": {"quiet": {"value": {"channels": [], "min_strength": "strong"}}},
    "CentreIn": {"move": {"value": {"regions": ["RU-SVE"]}}},
}


def install(app: FastAPI, public_url: str) -> None:
    """Make the app publish this document at /openapi.json."""
    made: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not made:
            made.update(_document(app, public_url))
        return made

    app.openapi = openapi  # type: ignore[method-assign]


def methods_at(app: FastAPI, path: str) -> list[str]:
    """The methods that the operations at this path take."""
    found = {
        method.upper()
        for template, operations in app.openapi()["paths"].items()
        if compile_path(template)[0].match(path)
        for method in operations
    }
    return sorted(found | {"HEAD"} if "GET" in found else found)


def _document(app: FastAPI, public_url: str) -> dict[str, Any]:
    document = get_openapi(
        title="Smezhnik API",
        version=__version__,
        description=DESCRIPTION,
        routes=app.routes,
        webhooks=app.webhooks.routes,
        tags=TAGS,
        servers=[{"url": public_url or "/"}],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    schemas = document["components"]["schemas"]
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs"))
    schemas["Problem"] = schema
    document["components"]["responses"] = {
        f"Problem{status}": {
            "description": text,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, text in REFUSALS.items()
    }
    for told in document.get("webhooks", {}).values():
        # The receiver answers these, not this service: our refusals have no place there.
        told["post"]["responses"].pop("422", None)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _state_refusals(method, operation)
            if method == "post" and path not in READING_POSTS:
                operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
            if method == "patch" and path in PATCHES:
                _state_patch(document, operation, PATCHES[path].__name__)
    return document


def _state_refusals(method: str, operation: dict[str, Any]) -> None:
    # What a route states by itself is ours too, where it is a refusal.
    stated = [*EVERYWHERE, *(status for status in operation["responses"] if status in REFUSALS)]
    if method in ("post", "patch", "put"):
        stated += WITH_BODY
    if any(one["name"] == "if-match" for one in operation.get("parameters", ())):
        stated += ["412", "428", "409"]
    for status in stated:
        operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
    operation["summary"] = operation.get("description", operation["summary"]).split(".")[0].split("\n")[0]


def _state_patch(document: dict[str, Any], operation: dict[str, Any], full: str) -> None:
    """The patch body is the full input with nothing required and null allowed: RFC 7396 clears with null."""
    schemas = document["components"]["schemas"]
    properties = {
        name: schema if {"type": "null"} in schema.get("anyOf", []) else {"anyOf": [schema, {"type": "null"}]}
        for name, schema in schemas[full]["properties"].items()
    }
    name = full.removesuffix("In") + "Patch"
    schemas[name] = {
        "title": name,
        "type": "object",
        "additionalProperties": False,
        "description": "Left-out fields stay, null clears a field, a list is replaced whole (RFC 7396).",
        "properties": properties,
    }
    content = operation["requestBody"]["content"]
    content["application/merge-patch+json"] = {
        "schema": {"$ref": f"#/components/schemas/{name}"},
        "examples": PATCH_EXAMPLES[full],
    }
