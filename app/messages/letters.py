"""What letters say, Russian first: no names and no contacts, so that a letter gone astray tells little."""

from collections.abc import Mapping

_WHERE = (
    "Знакомство {id}: откройте его в кабинете или по адресу /v1/introductions/{id}.",
    "Introduction {id}: open it in your account or at /v1/introductions/{id}.",
)

LETTERS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "introduction.requested": (
        ("Вами интересуется партнёр", "A partner is interested in you"),
        (
            "Организация хочет с вами познакомиться и объяснила зачем. Ответьте до {deadline}: примите или "
            "отклоните с причиной. Контакты обеих сторон откроются, только когда согласны обе.",
            "An organisation wants to meet you and says why. Answer until {deadline}: accept, or decline "
            "with a reason. The contacts of both sides open only while both accept.",
        ),
    ),
    "introduction.reminded": (
        ("Партнёр ждёт вашего ответа", "A partner waits for your answer"),
        (
            "На запрос о знакомстве ещё нет ответа. Срок — {deadline}; это единственное напоминание.",
            "A request for an introduction is still unanswered. It ends on {deadline}; this is the only "
            "reminder.",
        ),
    ),
    "introduction.accepted": (
        ("Партнёр согласен познакомиться", "The partner accepted"),
        (
            "Партнёр принял ваш запрос. Контакты обеих сторон открыты, пока согласны обе.",
            "The partner accepted your request. The contacts of both sides are open while both accept.",
        ),
    ),
    "introduction.declined": (
        ("Партнёр отклонил запрос", "The partner declined"),
        ("Партнёр отклонил ваш запрос и назвал причину.", "The partner declined your request and said why."),
    ),
    "introduction.withdrawn": (
        ("Другая сторона отозвала согласие", "The other side withdrew"),
        ("Знакомство закончено, контакты закрыты.", "The introduction has ended, the contacts are closed."),
    ),
    "introduction.expired": (
        ("Запрос о знакомстве истёк", "A request for an introduction expired"),
        ("Партнёр не ответил в срок.", "The partner did not answer in time."),
    ),
    "introduction.unanswered": (
        ("Участник не ответил на запрос", "A member did not answer a request"),
        (
            "Участник вашего центра не ответил на запрос о знакомстве до {deadline}, и он истёк. Узнайте "
            "почему: может быть, устарели контакты.",
            "A member of your centre did not answer a request for an introduction until {deadline}, and it "
            "expired. Find out why: its contacts may be old.",
        ),
    ),
    "introduction.stated": (
        ("Партнёр сообщил об итоге", "The partner stated an outcome"),
        (
            "Другая сторона сообщила, чем закончилось знакомство. Итог засчитают, когда вы назовёте тот же.",
            "The other side said what the introduction led to. It counts once you state the same.",
        ),
    ),
    "introduction.concluded": (
        ("Итог знакомства подтверждён", "The outcome is confirmed"),
        ("Обе стороны назвали один и тот же итог.", "Both sides stated the same outcome."),
    ),
}
"""Subject and text of each letter, in Russian and in English."""


def letter(event: str, params: Mapping[str, object]) -> tuple[str, str]:
    """The subject and the text of a letter in both languages, with its values put in."""
    (subject_ru, subject_en), (text_ru, text_en) = LETTERS[event]
    parts = (text_ru, _WHERE[0], "", text_en, _WHERE[1])
    return f"{subject_ru} / {subject_en}", "\n".join(part.format_map(params) for part in parts)
