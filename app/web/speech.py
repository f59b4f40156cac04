"""In which language a page speaks: its address says so, /ru/… or /en/…."""

from typing import Annotated

from fastapi import Depends, Request

from app.api.languages import language_of
from app.api.live import runtime_of
from app.vocabulary import Language


def spoken_at(path: str) -> Language | None:
    """The language that an address names; None for one that names none."""
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return Language(first) if first in tuple(Language) else None


def speech_of(request: Request) -> Language:
    """The language of the address, or what the browser asks for, or the service's own."""
    wished = language_of(request.headers.get("accept-language"), runtime_of(request).language)
    return spoken_at(request.url.path) or wished


def in_other_language(request: Request) -> tuple[Language, str]:
    """The other language, and where the same page speaks it."""
    language = speech_of(request)
    other = next(one for one in Language if one is not language)
    query = f"?{request.url.query}" if request.url.query else ""
    path = request.url.path
    return other, f"/{other}{path[3:]}{query}" if spoken_at(path) else f"/{other}/"


async def _speech(request: Request) -> Language:
    return speech_of(request)


Tongue = Annotated[Language, Depends(_speech)]
"""The language of the page."""
