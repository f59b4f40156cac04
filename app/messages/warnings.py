"""What warnings of days say: letters to owners and centres, Russian first. Those to centres name ids only."""

from collections.abc import Mapping

WARNINGS: Mapping[str, tuple[str, str]] = {
    "statement_expiring_subject": (
        "До {day} действует ваше описание «{title}»",
        "Your statement “{title}” ends on {day}",
    ),
    "statement_expiring_text": (
        "Описание «{title}» показывают партнёрам до {day} включительно. Чтобы оно действовало дальше, "
        "продлите его одним запросом: POST /v1/statements/{id}/renew. Если оно больше не нужно, ничего "
        "делать не надо.",
        "The statement “{title}” is shown to partners up to and including {day}. One call renews it: "
        "POST /v1/statements/{id}/renew. Where it is not needed any more, nothing need be done.",
    ),
    "review_overdue_subject": (
        "Срок проверки прошёл {day}",
        "A review was due on {day}",
    ),
    "review_overdue_text": (
        "Описание ждало вашего решения до {day}. Опубликуйте его, верните с причиной или передайте другому "
        "центру: GET /v1/reviews/{id}.",
        "A statement waited for your decision until {day}. Publish it, reject it with a reason or hand it "
        "over to another centre: GET /v1/reviews/{id}.",
    ),
}
"""Each letter as two codes, `…_subject` and `…_text`, in Russian and in English."""


def warning(code: str, params: Mapping[str, object]) -> tuple[str, str]:
    """The subject and the text of a letter in both languages, with its values put in."""
    subject, text = (
        [said.format_map(params) for said in WARNINGS[f"{code}_{part}"]] for part in ("subject", "text")
    )
    return " / ".join(subject), "\n\n".join(text)
