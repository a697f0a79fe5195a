"""What every form can do: take a model's refusal back onto its fields."""

from typing import Any

from flask_wtf import FlaskForm

from app.errors import Invalid


class Form(FlaskForm):
    """A form of the dashboard, the wizard or the public page."""

    def take(self, invalid: Invalid) -> None:
        """Put what a verb refused where the reader can mend it; what names no field stands above the form."""
        for name, sentence in invalid.fields.items():
            if name in self:
                self[name].errors = [*self[name].errors, sentence]
            else:
                self.form_errors.append(sentence)
        if not invalid.fields and invalid.message:
            self.form_errors.append(invalid.message)

    def is_current(self) -> bool:
        """Whether what the form showed when it was loaded still stands, as far as it matters. If not, it says so."""
        return True

    def values(self, *without: str) -> dict[str, Any]:
        """What was sent, by field, ready for a verb; `without` the fields that it does not take."""
        return {name: value for name, value in self.data.items() if name not in {"csrf_token", *without}}
