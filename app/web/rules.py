"""How partners are suggested (149-ФЗ, article 10.2-2), from the running configuration; and privacy."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.access import OPEN
from app.api.callers import under
from app.api.live import runtime_of
from app.matching.scoring import BLOCKS, MODEL_VERSION, number
from app.matching.signals import SIGNALS
from app.vocabulary import Language, Strength
from app.web.rendering import page
from app.web.speech import Tongue

router = APIRouter(include_in_schema=False)


@router.get("/rules", response_class=HTMLResponse, openapi_extra=under(OPEN))
async def rules(request: Request, language: Tongue) -> HTMLResponse:
    """Every signal with its weight, from what words a score becomes, and what data are used."""
    runtime = runtime_of(request)
    russian = language is Language.RU
    signals = [
        (
            signal.name_ru if russian else signal.name_en,
            signal.description_ru if russian else signal.description_en,
            signal.weight,
            signal.name in (*BLOCKS, "meaning"),
        )
        for signal in SIGNALS
    ]
    values = {
        "signals": signals,
        "heaviest": max(signal.weight for signal in SIGNALS),
        "strengths": [(one.value, round(number(one.value) * 100)) for one in Strength],
        "model": MODEL_VERSION,
        "encoder": runtime.encoder.model if runtime.encoder else "",
        "contact": runtime.site_contact,
        "hide_days": runtime.feedback_hide_days,
    }
    return page(request, "rules.html", values=values)


@router.get("/privacy", response_class=HTMLResponse, openapi_extra=under(OPEN))
async def privacy(request: Request) -> HTMLResponse:
    """What is kept of visitors and members, and how to have it forgotten."""
    return page(request, "privacy.html", values={"contact": runtime_of(request).site_contact})
