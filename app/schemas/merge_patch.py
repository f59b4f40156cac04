"""JSON Merge Patch (RFC 7396)."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from app.errors import Invalid, Violation
from app.schemas.violations import pointer_of


def merged(target: Any, patch: Any) -> Any:
    """The target with the patch applied as RFC 7396 section 2 says; neither is changed."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def patched(form: dict[str, Any], patch: Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """The form with the patch applied. Raises Invalid for a field the model does not have, null or not."""
    unknown = [name for name in patch if name not in model.model_fields]
    if unknown:
        raise Invalid([Violation(pointer_of([name]), "unknown_field") for name in unknown])
    result: dict[str, Any] = merged(form, patch)
    return result
