"""The struct below every generated model: its fields, how it compares, and what attrs sees of it.

A model is a struct of msgspec, which fills it in C directly from the bytes of a response and skips fields
that were not sent. attrs treats it as one of its own classes: `attrs.fields`, `asdict` and `evolve` work. A
class of `attrs.define` would take twice as long to fill, and twenty times as long if few fields were sent.

Two kinds of fields have a descriptor over their slot, because the slot holds what was read and the attribute
shows what it means: a time is read as text and becomes a `Timestamp`, `Time` or `Date` when somebody looks at
it, and `extra` becomes a dict. msgspec fills, copies and writes the slots themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

import msgspec

from aftership_tracking.runtime.models.times import Date, Time, Timestamp, parse_as
from aftership_tracking.runtime.models.unset import UNSET, Sent
from aftership_tracking.runtime.secret import MASK

__all__ = [
    "EMPTY_EXTRA",
    "EXTRA",
    "EXTRA_KEY",
    "ModelStruct",
    "extra_annotation",
    "field_names",
    "model",
    "raw_values",
    "read_extra",
    "required_fields",
    "sent_fields",
    "slots",
    "tag_of",
]

M = TypeVar("M", bound="ModelStruct")
_STRUCT_META: Any = type(msgspec.Struct)
_OWN_CLASS_ATTRIBUTES = frozenset({"__dict__", "__weakref__", "__slots__"})

# Not a string: a field of the class may be called `dict`.
_EXTRA_TYPE = dict[str, Any]
EXTRA = "extra"
"""The field that holds what a response said beyond the document."""
EMPTY_EXTRA = msgspec.UNSET
"""What its slot holds after decoding: no dict is made for each object of a page."""
EXTRA_KEY = "(unknown fields)"
"""The key of that field for an encoder that is not ours. Ours writes each unknown field under its own key."""


# `sent` must not be a field specifier: what it returns is a default, so a field can be left out.
@dataclass_transform(kw_only_default=True, eq_default=False)
def model(cls: type[M]) -> type[M]:
    """Turn a class with annotations into a model: a struct with keyword arguments only.

    A field may always be left out when an object is made: the type of a field says what a response holds, and
    the same class may serve a request that holds less.
    """
    body = {name: value for name, value in vars(cls).items() if name not in _OWN_CLASS_ATTRIBUTES}
    annotations = {**body.get("__annotations__", {})}
    if EXTRA in annotations:
        # The document says what further fields hold.
        body["_EXTRA"] = annotations.pop(EXTRA)
        del body[EXTRA]
    annotations[EXTRA] = _EXTRA_TYPE
    body["__annotations__"] = annotations
    required = body["_REQUIRED"] = tuple(name for name in annotations if name not in body and name != EXTRA)
    body["_SENT"] = required + tuple(
        name for name in annotations if isinstance(body.get(name), Sent) and not body[name].inferred
    )
    for name in annotations:
        if name not in body or isinstance(body[name], Sent):
            body[name] = UNSET
    # msgspec writes neither EMPTY_EXTRA nor an empty dict of this default, so looking leaves no trace.
    body[EXTRA] = msgspec.field(default_factory=dict)
    made: type[M] = _STRUCT_META(
        cls.__name__,
        (*cls.__bases__, msgspec.Struct),
        body,
        kw_only=True,
        eq=False,
        weakref=True,
        omit_defaults=True,
        rename={EXTRA: EXTRA_KEY},
    )
    made.__qualname__ = cls.__qualname__
    _add_slots(made, annotations)
    setattr(made, EXTRA, _ExtraField(made._SLOTS[EXTRA]))
    return made


def _add_slots(cls: type[ModelStruct], annotations: Mapping[str, object]) -> None:
    """Note the slots of the fields that a class declares, and show those that hold a time as times."""
    found = {name: vars(cls)[name] for name in annotations}
    cls._SLOTS = {**cls._SLOTS, **found}
    for name, annotation in annotations.items():
        kind = _time_kind(annotation)
        if kind is not None:
            setattr(cls, name, _TimeField(found[name], kind))


def field_names(cls: type[ModelStruct]) -> tuple[str, ...]:
    """Return the names of the documented fields of a model class, in document order."""
    struct: Any = cls
    return tuple(name for name in struct.__struct_fields__ if name != EXTRA)


def required_fields(cls: type[ModelStruct]) -> tuple[str, ...]:
    """Return the names of the fields that each such object holds, also one of a call with `fields=`."""
    return cls._REQUIRED


def sent_fields(cls: type[ModelStruct]) -> tuple[str, ...]:
    """Return the names of the fields whose absence from a full response is a surprise."""
    return cls._SENT


def extra_annotation(cls: type[ModelStruct]) -> str | None:
    """Return the annotation of `extra` if the document allows further fields; None if it does not."""
    return cls._EXTRA


def tag_of(cls: type[ModelStruct]) -> tuple[str, tuple[str, ...]]:
    """Return the field that says which model an object is, where it may be one of several, and its values."""
    return cls._TAG


def slots(cls: type[ModelStruct]) -> dict[str, Any]:
    """Return the slot of each field: a descriptor that gives what was read, without giving it a meaning."""
    return cls._SLOTS


def raw_values(value: ModelStruct) -> dict[str, Any]:
    """Return what the slots of an object hold, without fields that were not sent, and without an empty
    `extra`.
    """
    found: dict[str, Any] = msgspec.structs.asdict(value)  # type: ignore[arg-type]
    if found[EXTRA] is EMPTY_EXTRA or found[EXTRA] == {}:
        del found[EXTRA]
    return {name: held for name, held in found.items() if held is not UNSET}


_TIME_KINDS = {"Time": Time, "Timestamp": Timestamp, "Date": Date}


def _time_kind(annotation: object) -> type[Time] | None:
    """Return the class of a field that holds a time; None for other fields, and for lists of times."""
    for part in str(annotation).split(" | "):
        if part in _TIME_KINDS:
            return _TIME_KINDS[part]
    return None


class _TimeField:
    """Shows the text in a slot as a time. It is read when somebody looks, because few of the times of a page
    are looked at.
    """

    __slots__ = ("_kind", "_read_slot", "_write_slot")

    def __init__(self, slot: Any, kind: type[Time]) -> None:
        self._read_slot = slot.__get__
        self._write_slot = slot.__set__
        self._kind = kind

    def __get__(self, instance: object, owner: object = None) -> Any:
        if instance is None:
            return self
        value = self._read_slot(instance)
        if type(value) is not str:
            return value
        try:
            time = parse_as(self._kind, value)
        except ValueError:
            time = Time(value)
        self._write_slot(instance, time)
        return time

    def __set__(self, instance: object, value: object) -> None:
        self._write_slot(instance, value)


class _ExtraField:
    """Shows a dict, although the slot of nearly all objects holds nothing."""

    __slots__ = ("_slot",)

    def __init__(self, slot: Any) -> None:
        self._slot = slot

    def __get__(self, instance: object, owner: object = None) -> Any:
        if instance is None:
            return self
        value: Any = self._slot.__get__(instance)
        if value is EMPTY_EXTRA:
            value = dict[str, Any]()
            self._slot.__set__(instance, value)
        return value

    def __set__(self, instance: object, value: object) -> None:
        self._slot.__set__(instance, value)


class _AttrsFields:
    """The attribute that attrs looks for on its classes. It is made on access: few programs need it, and it
    takes time.
    """

    def __get__(self, _: object, owner: type[ModelStruct]) -> Any:
        if not hasattr(owner, "__struct_fields__"):
            # `Model` itself and other base classes have no fields.
            raise AttributeError("__attrs_attrs__")
        # setdefault, so that two threads end up with the same fields.
        return _ATTRS_FIELDS.get(owner) or _ATTRS_FIELDS.setdefault(owner, _attrs_fields(owner))


# They are not stored on the class, because subclasses would inherit the fields of their base class.
_ATTRS_FIELDS: dict[type[ModelStruct], Any] = {}


def _attrs_fields(cls: type[ModelStruct]) -> Any:
    import attrs

    types = {name: kind for base in reversed(cls.__mro__) for name, kind in _annotations(base).items()}
    given: dict[str, Any] = dict.fromkeys(required_fields(cls), attrs.NOTHING)
    fields: dict[str, Any] = {
        name: attrs.field(default=given.get(name, default), type=types.get(name))
        for name, default in _defaults(cls).items()
        if name != EXTRA
    }
    fields[EXTRA] = attrs.field(factory=dict, type=types.get(EXTRA))
    return attrs.fields(attrs.make_class(cls.__name__, fields, kw_only=True))


def _defaults(cls: type[ModelStruct]) -> dict[str, Any]:
    struct: Any = cls
    # Every field of a model has one.
    return dict(zip(struct.__struct_fields__, struct.__struct_defaults__, strict=True))


def _annotations(cls: type) -> dict[str, Any]:
    found: dict[str, Any] = getattr(cls, "__annotations__", {})
    return found


class _Shown:
    """A part of a repr that is not the repr of a value."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


_HIDDEN = _Shown(MASK)
_LONGEST_LIST = 3
_LONGEST_TEXT = 100


def _shorten(value: object) -> object:
    if isinstance(value, list | dict) and len(value) > _LONGEST_LIST:
        kinds = {type(item).__name__ for item in value} if isinstance(value, list) else {"keys"}
        return _Shown(f"<{len(value)} {kinds.pop() if len(kinds) == 1 else 'values'}>")
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return _Shown(f"{value[:_LONGEST_TEXT]!r}...")
    return value


_NO_SLOTS: dict[str, Any] = {}
_NO_EXTRA: str | None = None
_NO_TAG: tuple[str, tuple[str, ...]] = ("", ())


class ModelStruct:
    """A JSON object of the API, without the ways to read and write it."""

    __slots__ = ()

    if TYPE_CHECKING:
        extra: dict[str, Any]
        """The fields of the response that the document does not know, by their keys. Nearly always empty."""

    __attrs_attrs__ = _AttrsFields()
    # These have no annotations here, because msgspec would take them for fields.
    # Fields whose values are hidden.
    _SECRETS = tuple[str, ...]()
    # Fields that a request must hold, and fields that a full response holds.
    _REQUIRED = tuple[str, ...]()
    _SENT = tuple[str, ...]()
    # The annotation of further fields, if the document allows them, and the field that tells the model.
    _EXTRA = _NO_EXTRA
    _TAG = _NO_TAG
    _SLOTS = _NO_SLOTS

    def __init_subclass__(cls, **settings: Any) -> None:
        super().__init_subclass__(**settings)
        own = vars(cls).get("__slots__", ())
        if cls._SLOTS and own:
            # A class that a program derives from a model, with fields of its own.
            _add_slots(cls, {name: vars(cls)["__annotations__"][name] for name in own})

    def _visible_fields(self) -> Iterator[tuple[str, object]]:
        """Give what was sent and is not null. Long lists and long strings are cut."""
        hidden = self._SECRETS
        for name in field_names(type(self)):
            value = getattr(self, name)
            if value is not UNSET and value is not None:
                yield name, _HIDDEN if name in hidden else _shorten(value)
        extra = read_extra(self)
        if extra:
            yield EXTRA, _shorten(extra)

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self._visible_fields())
        return f"{type(self).__name__}({fields})"

    def __rich_repr__(self) -> Iterator[tuple[str, object]]:
        # The method of the struct would show the hidden values.
        return self._visible_fields()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(
            getattr(self, name) == getattr(other, name) for name in field_names(type(self))
        ) and read_extra(self) == read_extra(other)

    def __ne__(self, other: object) -> bool:
        # The method of the struct would come first, and would treat all objects as different.
        return not self == other

    # Models are mutable, so they must not be keys of a dict.
    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[object, ...]:
        # What the slots hold, so that the copy was sent the same fields.
        return _rebuild, (type(self), raw_values(self))


def read_extra(value: ModelStruct) -> Any:
    """Return the unknown fields, without a dict in the slot if there are none."""
    held = value._SLOTS[EXTRA].__get__(value)
    return {} if held is EMPTY_EXTRA else held


def _rebuild(cls: type[ModelStruct], fields: dict[str, Any]) -> ModelStruct:
    return cls(**fields)
