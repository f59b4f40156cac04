"""Pages from templates: escaped by default, with every text from the catalogue in the page's language."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from app.api.live import runtime_of
from app.reference import countries, regions, sectors
from app.vocabulary import Language
from app.web import assets
from app.web.highlighting import highlighted
from app.web.speech import in_other_language, speech_of
from app.web.texts import counted, text_of

PAGE_HEADERS = {"Cache-Control": "no-cache"}


def name_of(kind: str, code: str | None, language: Language) -> str:
    """The name of a region, country or sector; its code where it is not known."""
    table: Any = {"region": regions, "country": countries, "sector": sectors}[kind]()
    row = table.get(code)
    return (row.name_ru if language is Language.RU else row.name_en) if row else code or ""


def as_script_data(value: object) -> Markup:
    """JSON that may stand in a script element: nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=False)
    safe = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup(safe)  # noqa: S704 - every character that HTML could read is escaped above


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("app.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(asset=assets.address_of)
    environment.filters.update(script_data=as_script_data, highlighted=highlighted)
    return environment


ENVIRONMENT = _environment()


def page(
    request: Request, template: str, status: int = 200, values: dict[str, Any] | None = None
) -> HTMLResponse:
    """The template as a page in the language of the request."""
    language = speech_of(request)
    spoken: dict[str, Callable[..., str]] = {
        "t": partial(text_of, language),
        "n": partial(counted, language),
        "name": lambda kind, code: name_of(kind, code, language),
        "to": lambda path="": f"/{language}/{path}",
    }
    other, other_address = in_other_language(request)
    body = ENVIRONMENT.get_template(template).render(
        **spoken,
        lang=language.value,
        other_lang=other.value,
        other_address=other_address,
        here=request.url.path,
        site=runtime_of(request).public_url,
        **(values or {}),
    )
    return HTMLResponse(body, status, {**PAGE_HEADERS, "Content-Language": language.value})
