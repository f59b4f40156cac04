"""Choosing between Russian and English by Accept-Language (RFC 9110, section 12.5.4)."""

from app.vocabulary import Language


def language_of(header: str | None, default: Language) -> Language:
    """The first of our languages in the caller's order of preference; the default where none is named."""
    wishes = (_wish(part) for part in (header or "").split(",")[:20])
    ranked = sorted(((quality, name) for quality, name in wishes if quality > 0), key=lambda wish: -wish[0])
    return next((Language(name) for _, name in ranked if name in tuple(Language)), default)


def _wish(part: str) -> tuple[float, str]:
    name, _, parameter = part.strip().partition(";")
    primary = name.strip().lower().partition("-")[0]
    weight = parameter.strip().removeprefix("q=") or "1"
    try:
        return float(weight), primary
    except ValueError:
        return 0.0, primary
