"""Refusals as pages, for people who came with a browser."""

from fastapi import Request, Response

from app.api.problems import REQUEST_ID
from app.errors import AppError
from app.web.policies import PAGES, policy_of
from app.web.rendering import page
from app.web.speech import speech_of
from app.web.texts import TEXTS, text_of


def page_of(request: Request, error: AppError) -> Response | None:
    """The refusal as a page; None for whoever asked for data."""
    wants_page = "text/html" in request.headers.get("accept", "")
    if not wants_page or policy_of(request.url.path) is not PAGES:
        return None
    status, language = type(error).status, speech_of(request)
    heading = f"error.{status}" if f"error.{status}" in TEXTS else "error.500"
    said = f"{heading}.text" if f"{heading}.text" in TEXTS else "error.text"
    values = {
        "status": status,
        "heading": text_of(language, heading),
        "said": text_of(language, said),
        "request_id": REQUEST_ID.get() if status >= 500 else "",
    }
    answer = page(request, "failure.html", status, values)
    answer.headers.update(error.headers)
    return answer
