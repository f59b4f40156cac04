"""Pydantic's errors as our violations: a JSON Pointer, a stable code, the values its message names."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from app.errors import Violation
from app.messages import MESSAGES

CODES = {
    "extra_forbidden": "unknown_field",
    "missing": "required",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "too_short": "list_too_short",
    "too_long": "list_too_long",
    "string_pattern_mismatch": "wrong_form",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_big",
    "enum": "unknown_value",
    "literal_error": "unknown_value",
    "json_invalid": "json_invalid",
    "string_unicode": "text_invalid",
    "string_type": "type_text",
    "int_type": "type_number",
    "int_parsing": "type_number",
    "int_from_float": "type_number",
    "int_parsing_size": "too_big",
    "bool_type": "type_flag",
    "bool_parsing": "type_flag",
    "list_type": "type_list",
    "dict_type": "type_object",
    "model_type": "type_object",
    "model_attributes_type": "type_object",
    "date_type": "type_date",
    "date_parsing": "type_date",
    "date_from_datetime_parsing": "type_date",
    "date_from_datetime_inexact": "type_date",
    "datetime_type": "type_datetime",
    "datetime_parsing": "type_datetime",
    "datetime_from_date_parsing": "type_datetime",
    "timezone_aware": "type_datetime",
}
"""Pydantic's error types under the names this API promises; others are `wrong_type` or our own."""


def pointer_of(location: Iterable[int | str]) -> str:
    """A JSON Pointer (RFC 6901) to the place."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)


def violations_of(error: ValidationError) -> tuple[Violation, ...]:
    """All that Pydantic found wrong."""
    return tuple(violation_of(details) for details in error.errors(include_url=False, include_input=False))


def violation_of(details: Mapping[str, Any], skip: int = 0) -> Violation:
    """One of Pydantic's error details as a violation; `skip` parts of its place are left out."""
    kind = details["type"]
    known = CODES.get(kind) or (kind if kind in MESSAGES else "wrong_type")
    params = {name: value for name, value in details.get("ctx", {}).items() if name != "error"}
    if known == "wrong_type":
        params = {"expected": str(details.get("msg", ""))}
    limits = ("min_length", "max_length", "ge", "le")
    limit = next((params[name] for name in limits if name in params), None)
    return Violation(pointer_of(details["loc"][skip:]), known, {"limit": limit, **params})
