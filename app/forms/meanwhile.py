"""Forms of what two people may edit at once: what others changed meanwhile is kept or asked about, not overwritten."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, ClassVar, Self

from wtforms import Field, HiddenField

from app.forms.base import Form
from app.forms.fields import ImpactsField, LocalTimeField
from app.i18n import _
from app.models.assigning import told

LONGEST = 160  # characters of a text that are told of


class SharedForm(Form):
    """A form that remembers, a mark for each field, what it showed when it was loaded."""

    # Fields that are not part of what is edited, or look after themselves.
    UNWATCHED: ClassVar[frozenset[str]] = frozenset({"notify"})

    seen = HiddenField()
    present: Form | None = None

    def beside(self, present: Form) -> Self:
        """Keep in mind `present`, the same form filled with what is there now."""
        self.present = present
        if self.seen.raw_data is None:
            self.seen.data = _marks(present, self.UNWATCHED)
        return self

    def is_current(self) -> bool:
        """Whether nothing that the reader changed was changed by somebody else meanwhile. What only others changed is
        taken over. What both did stands at the field, as others left it; sent once more, the reader's word counts."""
        if self.present is None or not self.seen.data:
            return True
        known = dict(part.split(":", 1) for part in self.seen.data.split() if ":" in part)
        self.seen.data = self.seen.raw_data = None
        clashes = [field for field in _watched(self, self.UNWATCHED) if self._clashes(field, known.get(field.name))]
        self.seen.data = _marks(self.present, self.UNWATCHED)
        return not clashes

    def _clashes(self, field: Field, known: str | None) -> bool:
        theirs: Field = self.present[field.name]  # type: ignore[index]
        mine_mark, their_mark = _mark(field), _mark(theirs)
        if known is None or known == their_mark or mine_mark == their_mark:
            return False
        if mine_mark == known:
            field.data, field.raw_data = theirs.data, None
            return False
        words = _(
            "Somebody else changed this meanwhile. It now says: %(words)s. Save again to replace that.",
            words=_words(theirs),
        )
        field.errors = [*field.errors, words]
        return True

    def values(self, *without: str) -> dict[str, Any]:
        return super().values("seen", *without)


def _watched(form: Form, unwatched: frozenset[str]) -> Iterator[Field]:
    for field in form:
        if not isinstance(field, HiddenField | ImpactsField) and field.name not in unwatched:
            yield field


def _marks(form: Form, unwatched: frozenset[str]) -> str:
    return " ".join(f"{field.name}:{_mark(field)}" for field in _watched(form, unwatched))


def _mark(field: Field) -> str:
    return hashlib.blake2b(json.dumps(_shown(field)).encode(), digest_size=6).hexdigest()


def _shown(field: Field) -> Any:
    # A field of a time shows no seconds.
    return field._value() if isinstance(field, LocalTimeField) else told(field.data)


def _words(field: Field) -> str:
    choices = {str(told(value)): str(label) for value, label, *_rest in getattr(field, "iter_choices", list)()}
    shown = _shown(field)
    if isinstance(shown, bool):
        return _("yes") if shown else _("no")
    text = choices.get(str(shown), str(shown if shown is not None else ""))
    return _("“%(text)s”", text=text if len(text) <= LONGEST else f"{text[:LONGEST]}…") if text else _("nothing")
