"""Texts of what all pages share, of the front page, the search and what goes wrong."""

from collections.abc import Mapping

SITE: Mapping[str, tuple[str, str]] = {
    "site.name": ("Смежник", "Smezhnik"),
    "site.tagline": ("Кооперация промышленных кластеров", "Cooperation of industrial clusters"),
    "site.skip": ("К содержанию", "Skip to content"),
    "site.language": ("English", "Русский"),
    "site.menu": ("Разделы", "Sections"),
    "site.footer": (
        "Подбор партнёров для участников Ассоциации кластеров. Почему предложен партнёр, сказано у каждого.",
        "Partner matching for the members of the association of clusters. Each suggestion says why.",
    ),
    "site.sample": (
        "Каталог для показа: все организации, люди и номера в нём вымышлены.",
        "A demonstration directory: every organisation, person and number in it is invented.",
    ),
    "menu.search": ("Поиск", "Search"),
    "menu.organisations": ("Организации", "Organisations"),
    "menu.regions": ("Регионы", "Regions"),
    "menu.sectors": ("Отрасли", "Sectors"),
    "menu.statistics": ("Статистика", "Statistics"),
    "menu.rules": ("Как подбираем", "How we match"),
    "menu.privacy": ("Данные", "Privacy"),
    "menu.widget": ("Виджет", "Widget"),
    "menu.api": ("API", "API"),
    "home.title": (
        "Кто сделает это для вас, и кому нужно то, что делаете вы",
        "Who can make it, who needs it",
    ),
    "home.lead": (
        "Напишите своими словами, что вам нужно или что вы умеете. Смежник найдёт, кто подходит, "
        "и покажет почему: общие слова, коды, смысл, регион — и чего не хватает.",
        "Say in your own words what you need or what you can do. Smezhnik finds who fits and shows why: "
        "shared words, codes, meaning, place, and what is missing.",
    ),
    "home.examples": ("Например", "For example"),
    "home.example.1": ("Отливки корпусов насосов из чугуна СЧ20", "Pump housing castings of grey iron"),
    "home.example.2": ("Термообработка крупных валов", "Heat treatment of large shafts"),
    "home.example.3": ("Печатные платы малыми партиями", "Printed circuit boards in small batches"),
    "home.how": ("Как это работает", "How it works"),
    "home.step.1": ("Скажите, что нужно", "Say what you need"),
    "home.step.1.text": (
        "Обычными словами, на русском или английском. Коды ОКПД2 и ТН ВЭД помогут, но не обязательны.",
        "In plain words, Russian or English. Product codes help, but are not required.",
    ),
    "home.step.2": ("Увидьте, почему подходит", "See why it fits"),
    "home.step.2.text": (
        "Каждое предложение показывает совпавшие слова, покрытые требования и то, чего не хватает.",
        "Each suggestion shows the words that agree, the requirements met and those that are not.",
    ),
    "home.step.3": ("Познакомьтесь", "Get introduced"),
    "home.step.3.text": (
        "Контакты открываются, когда согласны обе стороны. Центр развития кластеров помогает.",
        "Contacts open once both sides agree. The regional centre helps.",
    ),
    "search.title": ("Поиск партнёров", "Find partners"),
    "search.text": ("Что вам нужно или что вы умеете", "What you need or can do"),
    "search.kind": ("Это", "This is"),
    "search.kind.need": ("Нужно — ищу, кто сделает", "A need: who can make it"),
    "search.kind.capability": ("Умею — ищу, кому нужно", "A capability: who needs it"),
    "search.region": ("Регион партнёра", "Partner's region"),
    "search.country": ("Страна партнёра", "Partner's country"),
    "search.organisation_kind": ("Кто партнёр", "Kind of partner"),
    "search.any": ("Все", "Any"),
    "search.submit": ("Найти партнёров", "Find partners"),
    "search.filters": ("Уточнить", "Filters"),
    "search.found": ("Подходящие партнёры", "Partners that fit"),
    "search.nothing": ("Никого не нашлось", "Nobody found"),
    "search.invalid": (
        "Напишите хотя бы два знака, среди них букву или цифру, и проверьте фильтры.",
        "Write at least two characters, a letter or digit among them, and check the filters.",
    ),
    "search.ask": ("Напишите запрос, чтобы увидеть партнёров.", "Write what you look for to see partners."),
    "search.print": (
        "Эта страница печатается как список к встрече: без меню и фильтров.",
        "This page prints as a list for a meeting: without menu and filters.",
    ),
    "match.strength.strong": ("Сильное совпадение", "Strong match"),
    "match.strength.good": ("Хорошее совпадение", "Good match"),
    "match.strength.possible": ("Возможное совпадение", "Possible match"),
    "match.probability": ("вероятность {percent} %", "probability {percent} %"),
    "match.covered": ("Подтверждено", "Confirmed"),
    "match.uncovered": ("Не подтверждено", "Not confirmed"),
    "match.covered_of": ("Покрыто {covered} из {all}", "{covered} of {all} covered"),
    "match.why": ("Из чего сложилась оценка", "What the score is made of"),
    "match.mutual": ("Интерес взаимный", "Mutual interest"),
    "match.anonymous": ("Имя откроется после согласия обеих сторон", "The name opens once both sides agree"),
    "error.404": ("Такой страницы нет", "There is no such page"),
    "error.404.text": (
        "Возможно, организация скрыта или адрес набран с ошибкой.",
        "The organisation may be hidden, or the address mistyped.",
    ),
    "error.422": ("Адрес страницы не понят", "The address was not understood"),
    "error.500": ("Что-то пошло не так", "Something went wrong"),
    "error.text": (
        "Мы уже знаем об этом. Попробуйте ещё раз чуть позже.",
        "We know about it. Please try again a little later.",
    ),
    "error.number": ("Номер запроса: {id}", "Request number: {id}"),
    "error.home": ("На главную", "To the front page"),
}

COUNTED: Mapping[str, tuple[tuple[str, str, str], tuple[str, str, str]]] = {
    "organisations": (
        ("организация", "организации", "организаций"),
        ("organisation", "organisations", "organisations"),
    ),
    "regions": (("регион", "региона", "регионов"), ("region", "regions", "regions")),
    "countries": (("страна", "страны", "стран"), ("country", "countries", "countries")),
    "capabilities": (
        ("возможность", "возможности", "возможностей"),
        ("capability", "capabilities", "capabilities"),
    ),
    "needs": (("потребность", "потребности", "потребностей"), ("need", "needs", "needs")),
    "partners": (("партнёр", "партнёра", "партнёров"), ("partner", "partners", "partners")),
}
"""Nouns that are counted: one, few, many."""
