"""Texts of the pages on rules and on data."""

from collections.abc import Mapping

RULES: Mapping[str, tuple[str, str]] = {
    "rules.title": ("Как подбираются партнёры", "How partners are suggested"),
    "rules.lead": (
        "Правила применения рекомендательных технологий по статье 10.2-2 Федерального закона № 149-ФЗ. "
        "Страница составлена по настройкам, с которыми сервис работает сейчас.",
        "The rules of recommendation under article 10.2-2 of Federal Law 149-FZ. "
        "The page is made from the configuration the service runs with now.",
    ),
    "rules.signals": ("Что учитывается", "What counts"),
    "rules.signals.text": (
        "Потребность сравнивается с возможностями других организаций, и наоборот. О совпадении говорят "
        "слова, части слов, коды и смысл; обстоятельства его только усиливают и сами по себе "
        "партнёра не предлагают. У каждого предложения показано, из чего сложилась оценка.",
        "A need is compared with the capabilities of others, and the other way round. Words, parts of words, "
        "codes and meaning speak for a match; circumstances only strengthen it and never make one. "
        "Each suggestion shows what its score is made of.",
    ),
    "rules.signal": ("Признак", "Signal"),
    "rules.means": ("Что это значит", "What it means"),
    "rules.weight": ("Вес", "Weight"),
    "rules.speaks": ("Говорит о совпадении.", "Speaks for a match."),
    "rules.circumstance": ("Усиливает совпадение.", "Strengthens a match."),
    "rules.strength": ("Что значит сила совпадения", "What strength means"),
    "rules.strength.text": (
        "Оценка переводится в вероятность по наборам примеров, размеченных людьми.",
        "The score becomes a probability by sets of examples that people have judged.",
    ),
    "rules.from": ("вероятность от {percent} %", "probability from {percent} %"),
    "rules.data": ("Какие сведения используются", "What data are used"),
    "rules.data.1": (
        "Тексты, коды и требования, которые организации опубликовали сами; их регион и сертификаты.",
        "Texts, codes and requirements that organisations published themselves; their region, certificates.",
    ),
    "rules.data.2": (
        "Персональные данные, история просмотров и поведение посетителей не используются.",
        "No personal data, no browsing history and no behaviour of visitors are used.",
    ),
    "rules.data.3": (
        "Платного продвижения нет: место в списке нельзя купить.",
        "There is no paid promotion: a place in the list cannot be bought.",
    ),
    "rules.data.4": (
        "Скрытые и заблокированные организации не предлагаются; анонимные — без имени.",
        "Hidden and blocked organisations are not suggested; anonymous ones without their name.",
    ),
    "rules.data.hide": (
        "Кого участник отметил как неподходящего, ему не предлагают {days} дней.",
        "Whom a member called not useful is not suggested to that member for {days} days.",
    ),
    "rules.running": ("Что работает сейчас", "What runs now"),
    "rules.model": ("Набор чисел", "Set of numbers"),
    "rules.encoder": ("Смысл сравнивает модель", "Meanings are compared by the model"),
    "rules.no_encoder": (
        "Сравнение смысла выключено: сравниваются слова и коды.",
        "The comparison of meanings is off: words and codes are compared.",
    ),
    "rules.contact": ("Кому написать", "Whom to write to"),
    "rules.no_contact": (
        "Оператор сервиса ещё не указал контакт (SMEZHNIK_SITE_CONTACT).",
        "The operator has not named a contact yet (SMEZHNIK_SITE_CONTACT).",
    ),
    "privacy.title": ("Какие данные хранятся", "What data are kept"),
    "privacy.lead": (
        "Сервис хранит то, что организации сообщили о себе, и как можно меньше о людях.",
        "The service keeps what organisations say of themselves, and as little as it can about people.",
    ),
    "privacy.visitors": ("Посетители сайта", "Visitors"),
    "privacy.visitors.text": (
        "Открытые страницы не ставят файлов cookie, не загружают ничего с чужих серверов и не следят за "
        "посетителями. Текст поиска нигде не сохраняется и не пишется в журнал.",
        "Public pages set no cookies, load nothing from other servers and do not track visitors. "
        "What you search for is stored nowhere and written into no log.",
    ),
    "privacy.contacts": ("Контактные лица", "Contacts"),
    "privacy.contacts.text": (
        "Контакты хранятся с моментом согласия человека (152-ФЗ) и не публикуются. Другая организация "
        "видит их, только когда обе стороны согласились познакомиться.",
        "Contacts are kept with the moment of the person's consent (152-FZ) and never published. "
        "Another organisation sees them only after both sides agreed to an introduction.",
    ),
    "privacy.forget": ("Удаление", "Being forgotten"),
    "privacy.forget.text": (
        "По обращению человека его контакт и упоминания удаляются из всех таблиц сервиса.",
        "On a person's request the contact and its mentions are removed from every table of the service.",
    ),
    "privacy.widget": ("Виджет на других сайтах", "The widget on other sites"),
    "privacy.widget.text": (
        "Виджет не ставит cookie и не передаёт ничего, кроме набранного запроса.",
        "The widget sets no cookies and sends nothing but the question that was typed.",
    ),
    "widget.title": ("Смежник на вашем сайте", "Smezhnik on your site"),
    "widget.lead": (
        "Поиск партнёров, предложения для организации и счётчики: одна строка в коде страницы, без cookie.",
        "Search, suggestions for an organisation and counters: one line in a page, no cookies.",
    ),
    "widget.newest": ("Всегда новый файл", "Always the newest file"),
    "widget.fixed": ("Неизменный файл с проверкой", "A fixed file with a check"),
    "widget.fixed.text": (
        "Адрес и контрольная сумма меняются вместе с содержимым; после обновления сервиса возьмите новые.",
        "Address and hash change with the content; take the new ones after the service was updated.",
    ),
    "widget.policy": ("Если у сайта есть Content-Security-Policy", "Where the site has a security policy"),
    "widget.frame": ("Без скриптов: рамка", "Without scripts: a frame"),
    "widget.frame.text": (
        "Рамка открывается на сайтах, адреса которых названы в ключе сайта.",
        "The frame opens on the sites that the website's key names.",
    ),
}
