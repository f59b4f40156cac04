"""What letters about new partners say, and what a partner without a name is called."""

from collections.abc import Mapping, Sequence

from app import reference
from app.messages.answers import ANSWERS
from app.vocabulary import Language, Strength

STRENGTHS: Mapping[Strength, tuple[str, str]] = {
    Strength.STRONG: ("сильное совпадение", "a strong match"),
    Strength.GOOD: ("хорошее совпадение", "a good match"),
    Strength.POSSIBLE: ("возможное совпадение", "a possible match"),
}
_TEXTS: Mapping[str, tuple[str, str]] = {
    "alert_subject": ("Новое по запросу «{name}»", "New for “{name}”"),
    "alert_opening": (
        "По сохранённому запросу «{name}» появилось новое: {count}.",
        "There is something new for your saved search “{name}”: {count}.",
    ),
    "alert_more": (
        "И ещё {count}: см. /v1/alerts.",
        "And {count} more: see /v1/alerts.",
    ),
    "alert_closing": (
        "Все оповещения: {url}/v1/alerts. Чтобы писем не было, уберите letter из channels запроса {id}.",
        "All alerts: {url}/v1/alerts. To get no letters, take letter out of the channels of search {id}.",
    ),
    "digest_subject": ("Новое за неделю", "New this week"),
    "digest_opening": (
        "За неделю появились организации, которые вам подходят:",
        "These organisations came up this week and fit you:",
    ),
    "digest_nothing_new": ("Дайджест недели.", "The digest of the week."),
    "digest_alerts": (
        "Непрочитанных оповещений по вашим запросам: {count}. См. /v1/alerts.",
        "Unread alerts for your saved searches: {count}. See /v1/alerts.",
    ),
    "digest_ends": (
        "Скоро истекает: «{title}» — {day}. Продлите, если ещё нужно.",
        "About to expire: “{title}” — {day}. Renew it if it still holds.",
    ),
    "digest_closing": (
        "Чтобы этих писем не было: кнопка «Отписаться» почтовой программы или "
        "PUT /v1/organisations/{id}/digest.",
        "To get no such letters: “Unsubscribe” in your mail program, or PUT /v1/organisations/{id}/digest.",
    ),
    "alert_part": ("{partner} — {strength}\n{title}\n{reason}", "{partner} — {strength}\n{title}\n{reason}"),
}


def letter_text(code: str, language: Language, **values: object) -> str:
    """A text of these letters with its values put in."""
    return _TEXTS[code][_column(language)].format_map(values)


def strength_name(strength: Strength, language: Language) -> str:
    """What people call a strength."""
    return STRENGTHS[strength][_column(language)]


def nameless(sector: str | None, place: Sequence[str | None], language: Language) -> str:
    """What a partner without a name is called: by its sector and its (country, region)."""
    country, region = place
    where = reference.regions().get(region or "") or reference.countries().get(country or "")
    known = (reference.sectors().get(sector or ""), where)
    about = ", ".join(one.name_ru if language is Language.RU else one.name_en for one in known if one)
    return ANSWERS["anonymous_organisation"][_column(language)].format(about=about)


def _column(language: Language) -> int:
    return 0 if language is Language.RU else 1
