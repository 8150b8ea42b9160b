"""The import statements of generated modules: which module has a name, in the order of ruff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generator.client.base_classes import base_class_modules
from generator.client.template_records import Import

_RUNTIME = "aftership_tracking.runtime"
IMPORTED_FROM = {
    "Mapping": "collections.abc",
    "Sequence": "collections.abc",
    "TYPE_CHECKING": "typing",
    "Any": "typing",
    "NotRequired": "typing",
    "TypedDict": "typing",
    "Unpack": "typing",
    "Model": f"{_RUNTIME}.models.model",
    "model": f"{_RUNTIME}.models.model",
    "Content": f"{_RUNTIME}.operation",
    "FileContent": f"{_RUNTIME}.calls.request_bodies",
    "Cursor": f"{_RUNTIME}.paging",
    "Documented": f"{_RUNTIME}.operation",
    "deprecated": f"{_RUNTIME}.operation",
    "Operation": f"{_RUNTIME}.operation",
    "PageNumber": f"{_RUNTIME}.paging",
    "Path": f"{_RUNTIME}.operation",
    "RateLimit": f"{_RUNTIME}.operation",
    "Retry": f"{_RUNTIME}.operation",
    "CallOptions": f"{_RUNTIME}.options",
    "Options": f"{_RUNTIME}.options",
    "AsyncPages": f"{_RUNTIME}.page",
    "Page": f"{_RUNTIME}.page",
    "AsyncResource": f"{_RUNTIME}.resource",
    "Resource": f"{_RUNTIME}.resource",
    "Date": f"{_RUNTIME}.models.times",
    "DatetimeInput": f"{_RUNTIME}.models.times",
    "Time": f"{_RUNTIME}.models.times",
    "TimeInput": f"{_RUNTIME}.models.times",
    "Timestamp": f"{_RUNTIME}.models.times",
    "UNSET": f"{_RUNTIME}.models.unset",
    "sent": f"{_RUNTIME}.models.unset",
    "sent_field": f"{_RUNTIME}.models.unset",
    "UnsetType": f"{_RUNTIME}.models.unset",
    **base_class_modules(),
}


def imports(names: Iterable[str], modules: Mapping[str, str], within: str = "") -> tuple[Import, ...]:
    """The imports for `names`.

    `modules` has the module of each generated class. The module `within` does not import its own classes.
    """
    dots = ".." if within == "resources" else "."
    grouped: dict[str, set[str]] = {}
    for name in names:
        if name == "builtins":
            grouped["builtins"] = set()
        elif name not in modules:
            grouped.setdefault(IMPORTED_FROM[name], set()).add(name)
        elif modules[name] != within:
            grouped.setdefault(dots + modules[name], set()).add(name)
    return tuple(
        Import(module, tuple(sorted(grouped[module], key=_name_order))) for module in _ordered(grouped)
    )


def _ordered(modules: Iterable[str]) -> list[str]:
    """Standard library (whole modules first), then the package, then relative ones."""
    return sorted(modules, key=lambda module: (_section(module), module != "builtins", module))


def _section(module: str) -> int:
    if module.startswith("."):
        return 2
    return 1 if module.startswith("aftership_tracking") else 0


def _name_order(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)
