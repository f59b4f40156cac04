"""Texts of the directory: organisations, regions, sectors, statistics."""

from collections.abc import Mapping

DIRECTORY: Mapping[str, tuple[str, str]] = {
    "kind.enterprise": ("Предприятие", "Enterprise"),
    "kind.cluster": ("Кластер", "Cluster"),
    "kind.research": ("Научная организация", "Research institute"),
    "kind.university": ("Университет", "University"),
    "kind.authority": ("Орган власти", "Authority"),
    "kind.promotion_centre": ("Центр развития", "Promotion centre"),
    "statement.capability": ("Умеет", "Can do"),
    "statement.need": ("Нужно", "Needs"),
}
