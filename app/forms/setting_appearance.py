"""The settings page "Appearance": pictures, colours, and the operator's own CSS and HTML, a form for each."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.forms.setting import SettingForm, help_of
from app.forms.validators import MaxLength, NoNul, fold, tidy
from app.i18n import _, _l
from app.lib.contrast import DARK, LIGHT, READ, SEEN, is_colour, nearest, ratio
from app.lib.css import fault_of
from app.lib.picture import Picture, Refused, drawn_anew
from app.models.looks import COLOURS
from app.models.upload import PURPOSES

LONGEST_CSS, LONGEST_HTML = 20_000, 10_000


class PictureField(FileField):
    """A picture; once it is valid, `picture` is what to keep. None was chosen: None."""

    picture: Picture | None = None

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, render_kw={"accept": "image/png,image/jpeg,image/webp,image/svg+xml"}, **kwargs)

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if not self.data or isinstance(self.data, str):
            return
        try:
            self.picture = drawn_anew(self.data.read(), PURPOSES[self.short_name])
        except Refused as refused:
            raise ValidationError(_why(refused)) from None


def _why(refused: Refused) -> str:
    return {
        "kind": _("This is not a picture that browsers show. Choose a PNG, JPEG, WebP or SVG file."),
        "broken": _("This file is damaged: it cannot be read as a picture to its end. Save it anew and try again."),
        "pixels": _("This picture has more than 16 million pixels. Make it smaller and try again."),
        "bytes": _("Even made smaller, this picture takes more than 400 kB. Choose one with less in it."),
        "script": _(
            "This drawing holds a script, which no picture needs. Export it as plain SVG, or choose a PNG. Nothing has "
            "been changed."
        ),
        "hostile": _(
            "This is no SVG that we can show: it is not a drawing, is larger than 400 kB, has no size, or holds "
            "declarations (DTD). Export it as plain SVG, or choose a PNG."
        ),
    }[refused.fault]


class PictureSettingForm(SettingForm):
    """Logo, banner and icon."""

    heading = _l("Pictures")
    UNWATCHED = frozenset(PURPOSES)  # a new picture is meant to replace what is there

    logo = PictureField(_l("Logo"), description=help_of("logo"))
    logo_dark = PictureField(_l("Logo in the dark"), description=help_of("logo_dark"))
    show_name = BooleanField(_l("Show the name, too"), description=help_of("show_name"))
    banner = PictureField(_l("Banner"), description=help_of("banner"))
    banner_dark = PictureField(_l("Banner in the dark"), description=help_of("banner_dark"))
    banner_text = StringField(
        _l("The banner in words"), filters=[fold], validators=[MaxLength(200)], description=help_of("banner_text")
    )
    favicon = PictureField(_l("Icon"), description=help_of("favicon"))

    @property
    def chosen(self) -> dict[str, Picture]:
        """The new pictures, by where they are shown."""
        return {name: self[name].picture for name in PURPOSES if self[name].picture is not None}


class Visible:
    """A colour, or nothing for ours. It must be seen on the page in the light and in the dark (WCAG 1.4.11)."""

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data:
            return
        if not is_colour(field.data):
            raise ValidationError(_("Write a colour as # and six digits, as in #2f5bea. Empty for ours."))
        pairs = (
            (LIGHT, _("On the page in the light, %(colour)s has a contrast of %(ratio)s:1; to be seen it needs 3:1.")),
            (DARK, _("On the page in the dark, %(colour)s has a contrast of %(ratio)s:1; to be seen it needs 3:1.")),
        )
        for ground, sentence in pairs:
            if ratio(field.data, ground) < SEEN:
                told = sentence % {"colour": field.data, "ratio": told_ratio(field.data, ground)}
                raise ValidationError(f"{told} {_('Close to it, %(colour)s works.', colour=nearest(field.data))}")


def told_ratio(colour: str, ground: str) -> str:
    """With one decimal, and never rounded up: 2.96 is not 3."""
    return f"{int(ratio(colour, ground) * 10) / 10:.1f}"


def colour_field(name: str, label: Any) -> StringField:
    """A colour that is written or picked."""
    return StringField(
        label,
        filters=[lambda text: text.strip().lower() if text else text],
        validators=[Visible()],
        description=help_of(f"color_{name}"),
    )


class ColourSettingForm(SettingForm):
    """Light or dark, the accent, and a colour for each state."""

    heading = _l("Colours")

    theme = RadioField(
        _l("At first"),
        choices=[
            SelectChoice("system", _l("As the visitor's system")),
            SelectChoice("light", _l("Light")),
            SelectChoice("dark", _l("Dark")),
        ],
        description=help_of("theme"),
    )
    color_accent = colour_field("accent", _l("Accent"))
    color_ok = colour_field("ok", _l("Operational"))
    color_perf = colour_field("perf", _l("Performance issues"))
    color_partial = colour_field("partial", _l("Partial outage"))
    color_major = colour_field("major", _l("Major outage"))
    color_maint = colour_field("maint", _l("Maintenance"))
    color_unknown = colour_field("unknown", _l("Unknown"))

    def notes(self) -> list[str]:
        """On the new colours that words cannot have as they are (WCAG 1.4.3)."""
        fields = [self[f"color_{name}"] for name in COLOURS]
        new = [field for field in fields if field.data != field.object_data and self.note_on(field.name)]
        return [f"{field.label.text}: {self.note_on(field.name)}" for field in new]

    def note_on(self, name: str) -> str:
        """How well a colour is seen; "" where it is ours or refused."""
        field = self[name]
        if not field.data or field.errors:
            return ""
        light, dark = ratio(field.data, LIGHT), ratio(field.data, DARK)
        if min(light, dark) >= READ:
            return ""
        told = {"light": told_ratio(field.data, LIGHT), "dark": told_ratio(field.data, DARK)}
        return _("%(light)s:1 in the light, %(dark)s:1 in the dark; words need 4.5:1 and get a stronger shade.", **told)


class CodeSettingForm(SettingForm):
    """The operator's own rules, and what they put above and below the content."""

    heading = _l("CSS and HTML of your own")

    custom_css = TextAreaField(
        _l("CSS"),
        filters=[tidy],
        validators=[NoNul(), MaxLength(LONGEST_CSS)],
        description=help_of("custom_css"),
    )
    header_html = TextAreaField(
        _l("HTML at the top"),
        filters=[tidy],
        validators=[NoNul(), MaxLength(LONGEST_HTML)],
        description=help_of("header_html"),
    )
    footer_html = TextAreaField(
        _l("HTML at the bottom"),
        filters=[tidy],
        validators=[NoNul(), MaxLength(LONGEST_HTML)],
        description=help_of("footer_html"),
    )

    def validate_custom_css(self, field: Any) -> None:
        """No tags, and nothing that our pages would refuse to load."""
        sentence = {
            "tag": _("This holds a tag (<). A stylesheet has rules only; HTML goes into the fields below."),
            "import": _("@import is not possible: our pages load one stylesheet. Copy the rules into this field."),
            "elsewhere": _(
                "A url() leads to another site, or is not from the root of this one. Our pages load nothing from "
                "elsewhere; use an address that begins with one /, or data:image/."
            ),
            "": "",
        }[fault_of(field.data or "")]
        if sentence:
            raise ValidationError(sentence)
