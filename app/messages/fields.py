"""What people read about a field that breaks a rule."""

from collections.abc import Mapping

FIELDS: Mapping[str, tuple[str, str]] = {
    "unknown_field": (
        "Такого поля нет. Уберите его или исправьте имя",
        "There is no such field. Remove it or mend its name",
    ),
    "event_not_yours": (
        "О таком событии этот адрес никогда не услышит",
        "This address would never hear of such an event",
    ),
    "not_yours": (
        "Этой записи у вас нет: поиск сохраняют о своей",
        "You have no such record: a search is saved about one of yours",
    ),
    "subject_conflict": (
        "Поле не нужно, когда about — {about}",
        "This field does not go with about: {about}",
    ),
    "one_of_needed": ("Укажите одно из полей: {expected}", "Give one of the fields: {expected}"),
    "brief_too_hard": (
        "Точное решение не нашлось вовремя: уменьшите число потребностей или условий",
        "No exact answer was found in time: give fewer needs or fewer conditions",
    ),
    "need_needed": (
        "Здесь нужна потребность, а это возможность",
        "A need is asked for here, and this is a capability",
    ),
    "required": ("Поле обязательно", "This field is required"),
    "too_short": (
        "Слишком коротко; знаков нужно не меньше {limit}",
        "Too short: at least {limit} characters",
    ),
    "too_long": ("Слишком длинно; знаков можно не больше {limit}", "Too long: at most {limit} characters"),
    "list_too_short": ("Слишком мало значений: не меньше {limit}", "Too few values: at least {limit}"),
    "list_too_long": ("Слишком много значений: не больше {limit}", "Too many values: at most {limit}"),
    "wrong_form": (
        "Неверный вид значения; ожидается {pattern}",
        "The value has a wrong form; expected {pattern}",
    ),
    "too_small": ("Слишком мало: не меньше {limit}", "Too small: at least {limit}"),
    "too_big": ("Слишком много: не больше {limit}", "Too big: at most {limit}"),
    "unknown_value": (
        "Неизвестное значение; возможны: {expected}",
        "Unknown value; possible are: {expected}",
    ),
    "type_text": ("Нужен текст в кавычках", "A text in quotes is needed"),
    "type_number": ("Нужно целое число", "A whole number is needed"),
    "type_flag": ("Нужно true или false", "true or false is needed"),
    "type_list": ("Нужен список в квадратных скобках", "A list in square brackets is needed"),
    "type_object": ("Нужен объект в фигурных скобках", "An object in braces is needed"),
    "type_date": ("Нужна дата вида 2026-11-24", "A date like 2026-11-24 is needed"),
    "type_datetime": (
        "Нужен момент с поясом, вида 2026-11-24T12:00:00Z",
        "A moment with its zone is needed, like 2026-11-24T12:00:00Z",
    ),
    "consent_date": (
        "Такой даты согласия быть не может: она в будущем или раньше закона 152-ФЗ",
        "No consent can have this date: it is in the future or before the law 152-ФЗ",
    ),
    "nothing_written": ("Здесь нет ни одной буквы или цифры", "There is no letter or digit in this"),
    "wrong_type": ("Значение не того типа: {expected}", "The value is of a wrong type: {expected}"),
    "json_invalid": (
        "Это не JSON: ошибка у знака {position}",
        "This is not JSON: an error near character {position}",
    ),
    "text_invalid": ("Текст содержит недопустимые коды Юникода", "The text holds invalid Unicode"),
    "control_character": (
        "Невидимый управляющий знак {character} на месте {position}. Уберите его",
        "Invisible control character {character} at position {position}. Remove it",
    ),
    "country_unknown": (
        "Нет страны {value}: нужен код ISO 3166-1 из двух букв",
        "No country {value}: use an ISO 3166-1 two-letter code",
    ),
    "region_unknown": ("Нет региона {value}: см. /v1/regions", "No region {value}: see /v1/regions"),
    "region_required": ("Для России нужен регион: см. /v1/regions", "Russia needs a region: see /v1/regions"),
    "region_foreign": ("Регион указывают только для России", "Only a Russian organisation has a region"),
    "district_unknown": ("Нет федерального округа {value}", "No federal district {value}"),
    "sector_unknown": ("Нет класса ОКВЭД2 {value}", "No ОКВЭД2 class {value}"),
    "okved2_required": ("Укажите основной вид деятельности по ОКВЭД2", "Name the main activity by ОКВЭД2"),
    "inn_required": ("Российской организации нужен ИНН", "A Russian organisation needs its ИНН"),
    "number_repeated": ("Этот номер указан дважды", "This number is given twice"),
    "number_taken": (
        "Организация с таким номером уже есть. Измените её, а не создавайте вторую",
        "An organisation with this number exists. Change it instead of making another",
    ),
    "external_id_taken": ("Этот внешний номер уже занят", "This external id is taken"),
    "contact_unreachable": ("Укажите почту или телефон", "Give an e-mail or a phone"),
    "contact_required": (
        "Чтобы публиковать, добавьте организации хотя бы один контакт",
        "To publish, give the organisation at least one contact",
    ),
    "capability_only": ("Это поле бывает только у возможности", "Only a capability has this field"),
    "need_only": ("Это поле бывает только у потребности", "Only a need has this field"),
    "window_reversed": ("Срок кончается раньше, чем начинается", "The window ends before it begins"),
    "date_past": ("Дата {value} уже прошла", "The date {value} has passed"),
    "status_at_start": (
        "Новая запись бывает draft, in_review или published, но не {value}",
        "A new statement is draft, in_review or published, not {value}",
    ),
    "review_first": (
        "Передайте на проверку: status = in_review",
        "Hand it in for review: status = in_review",
    ),
    "reason_required": (
        "Чтобы отклонить, назовите причину",
        "To reject a statement, give the reason",
    ),
    "reason_out_of_place": (
        "Причину отказа пишут только отклонённой записи",
        "Only a rejected statement has a reason for it",
    ),
    "field_fixed": (
        "Это поле меняет промоцентр или администратор",
        "The centre or the administrator changes this field",
    ),
    "holder_required": ("Укажите, чей это ключ", "Say whose key this is"),
    "holder_out_of_place": ("У ключа этого вида такого поля нет", "A key of this kind has no such field"),
    "scope_out_of_place": (
        "Ключ этого вида не бывает с таким правом; возможны: {expected}",
        "A key of this kind cannot have this scope; possible are: {expected}",
    ),
    "partner_unknown": (
        "Нет такого партнёра среди тех, кого вы можете видеть",
        "There is no such partner among those you may see",
    ),
    "not_of_useful": (
        "Это поле бывает только у отзыва «не полезно»",
        "Only feedback “not useful” has this field",
    ),
    "organisation_unknown": (
        "Нет такой организации среди ваших",
        "There is no such organisation among yours",
    ),
    "centre_unknown": ("Нет такого промоцентра среди ваших", "There is no such centre among yours"),
    "centre_taken": ("Промоцентр с таким id уже есть", "There is a centre with this id already"),
    "id_fixed": ("id не меняется", "An id does not change"),
    "moment_out_of_range": (
        "Момент должен быть в будущем, не позже {limit}",
        "The moment must be in the future, not later than {limit}",
    ),
    "idempotency_key_invalid": (
        "Idempotency-Key должен быть из 1–255 латинских букв, цифр и знаков без пробелов",
        "Idempotency-Key must be of 1 to 255 Latin letters, digits and signs, without spaces",
    ),
    "url_invalid": ("Это не адрес в интернете", "This is no address of the internet"),
    "url_scheme": ("Адрес должен начинаться с https://", "The address must begin with https://"),
    "url_userinfo": (
        "В адресе не должно быть имени, пароля и части после #",
        "The address must hold no user, no password and no part after #",
    ),
    "url_port": ("Порт может быть только {ports}", "The port must be one of {ports}"),
    "url_private": (
        "Этот адрес не из открытого интернета",
        "This address is not of the public internet",
    ),
    "statement_unknown": ("Нет такой записи у этой организации", "This organisation has no such statement"),
    "partner_self": ("С самим собой не знакомятся", "Nobody is introduced to itself"),
    "decline_reason_required": ("Чтобы отклонить, назовите причину", "To decline, give the reason"),
    "decline_reason_out_of_place": (
        "Причину отказа пишут только вместе с declined",
        "A reason for declining goes with declined only",
    ),
    "one_step": (
        "Укажите что-то одно: state или outcome",
        "Give one of the two: state or outcome",
    ),
    "sort_unknown": ("Так не сортируем; возможны: {expected}", "No such order; possible are: {expected}"),
    "etag_invalid": ('If-Match должен быть вида "v7"', 'If-Match must look like "v7"'),
}
