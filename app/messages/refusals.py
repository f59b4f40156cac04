"""What people read about a request that was refused as a whole."""

from collections.abc import Mapping

REFUSALS: Mapping[str, tuple[str, str]] = {
    "error": (
        "Внутренняя ошибка. Сообщите номер запроса оператору",
        "Internal error. Give the request id to the operator",
    ),
    "bad_request": (
        "Запрос не удалось разобрать: нужен JSON в кодировке UTF-8, не слишком глубокий",
        "The request cannot be read: JSON in UTF-8 is needed, not too deep",
    ),
    "cursor_invalid": (
        "Курсор не от этого списка. Начните список сначала",
        "The cursor is not one of this list. Start the list again",
    ),
    "key_in_query": (
        "Ключ стоит в адресе, где его видят журналы. Передайте его в заголовке Authorization: Bearer …, "
        "а этот ключ замените",
        "A key stands in the address, where logs see it. Send it in the header Authorization: Bearer …, "
        "and replace this one",
    ),
    "unauthorized": (
        "Нужен действующий ключ в заголовке Authorization: Bearer …",
        "A valid key is needed in the header Authorization: Bearer …",
    ),
    "forbidden": ("Этот ключ не даёт права на такое действие", "This key does not allow that"),
    "scope_missing": (
        "Ключу не хватает права «{scope}»",
        "The key lacks the scope “{scope}”",
    ),
    "origin_refused": (
        "Ключ сайта выдан для других страниц: этого Origin среди них нет",
        "The website's key was given to other pages: this Origin is not among them",
    ),
    "not_found": ("Такого здесь нет", "There is no such thing here"),
    "method_not_allowed": (
        "Этот адрес не принимает такой метод; см. заголовок Allow",
        "This address does not take that method; see the Allow header",
    ),
    "not_acceptable": ("Ответ бывает только в application/json", "Answers come as application/json only"),
    "conflict": (
        "Запись не в том состоянии, в котором это возможно",
        "The record is not in a state that allows this",
    ),
    "already_exists": (
        "Такая запись уже есть. Измените её, а не создавайте вторую",
        "This record exists already. Change it instead of making another",
    ),
    "key_inactive": (
        "Этот ключ уже отозван или истёк. Создайте новый",
        "This key is revoked or expired already. Make a new one",
    ),
    "idempotency_in_flight": (
        "Такой же запрос с этим Idempotency-Key выполняется. Повторите через секунду",
        "The same request with this Idempotency-Key is being served. Repeat it in a second",
    ),
    "idempotency_key_reused": (
        "Этот Idempotency-Key уже был у другого запроса. Возьмите новый",
        "This Idempotency-Key belongs to another request. Take a new one",
    ),
    "limit_reached": (
        "Больше {limit} таких записей иметь нельзя. Удалите ненужную",
        "More than {limit} of these are not allowed. Remove one",
    ),
    "transition_refused": (
        "Из состояния «{old}» нельзя перейти в «{new}»",
        "From the state “{old}” there is no way to “{new}”",
    ),
    "contacts_closed": (
        "Контакты открыты, только пока согласны обе стороны",
        "Contacts are open only while both sides accept",
    ),
    "other_side_decides": (
        "Это решает другая сторона",
        "This is for the other side to decide",
    ),
    "introduction_open": (
        "Знакомство этих организаций уже открыто: /v1/introductions/{id}",
        "These organisations have an open introduction: /v1/introductions/{id}",
    ),
    "declined_recently": (
        "Этот партнёр отказался; спросить его снова можно с {until}",
        "This partner declined; it may be asked again from {until}",
    ),
    "interests_capped": (
        "Можно ждать ответа на {waiting} запросов и отправлять {a_day} за день. Дождитесь ответа, отзовите "
        "один или продолжите завтра",
        "{waiting} requests may wait for an answer, and {a_day} be sent in a day. Wait for an answer, "
        "withdraw one, or go on tomorrow",
    ),
    "version_mismatch": (
        "Запись изменили после того, как вы её прочли. Прочтите снова и повторите",
        "The record was changed since you read it. Read it again and repeat",
    ),
    "too_large": (
        "Запрос больше допустимых {limit} байт",
        "The request is larger than the {limit} bytes allowed",
    ),
    "unsupported_media_type": (
        "Тело запроса должно быть application/json",
        "The body of the request must be application/json",
    ),
    "invalid": ("Данные нарушают правила: см. errors", "The data break rules: see errors"),
    "precondition_required": (
        "Нужен заголовок If-Match с версией из ETag прочитанной записи",
        "The header If-Match with the ETag of the record you read is needed",
    ),
    "rate_limited": (
        "Слишком часто: можно {limit} запросов за {window} с. Повторите через {seconds} с",
        "Too often: {limit} requests in {window} s are allowed. Try again in {seconds} s",
    ),
    "unavailable": (
        "Служба временно недоступна. Повторите позже",
        "The service is away for now. Try again later",
    ),
    "storage_full": ("Нет места, чтобы сохранить изменение", "There is no room to store the change"),
}
