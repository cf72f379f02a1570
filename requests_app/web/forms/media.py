"""What is typed in row 2: questions, or a template file with the items it covers?"""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import CollectionForm, DataRequest, FormQuestion, RequestedItem
from requests_app.models.collection_form import LONGEST_NAME, MOST_ROWS, table_faults
from requests_app.services import forms as service
from requests_app.services.forms import Medium, QuestionLine
from requests_app.services.workflow import Refused
from requests_app.web.forms.base import DeedForm
from requests_app.web.forms.owners import ChooseOwnerForm, EnterOwnerForm
from requests_app.web.forms.printed import PrintedField
from requests_app.web.forms.rows import RowForm, Rows

MOST_QUESTIONS: Final = 200
LEAST_CHOICES: Final = 2
LONGEST_LIST: Final = MOST_ROWS * (LONGEST_NAME + 2)
"""Characters of as many rows as a table may have, each as long as it may be."""


class QuestionForm(RowForm):
    """One question about one item."""

    written = ("text", "unit", "choices", "rows", "columns", "help")

    text = PrintedField(
        label=gettext_lazy("Pertanyaan"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "w-wide"}),
        error_messages={"required": gettext_lazy("Tulis pertanyaannya.")},
    )
    item = forms.TypedChoiceField(
        label=gettext_lazy("Untuk data"),
        coerce=int,
        error_messages={
            "required": gettext_lazy("Pilih data yang ditanyakan."),
            "invalid_choice": gettext_lazy("Pilih data yang ditanyakan."),
        },
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Jenis jawaban"),
        choices=FormQuestion.Kind.choices,
        error_messages={"required": gettext_lazy("Pilih jenis jawaban.")},
    )
    unit = PrintedField(label=gettext_lazy("Satuan (untuk angka)"), required=False, max_length=80)
    choices = PrintedField(
        label=gettext_lazy("Pilihan, satu per baris"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    rows = PrintedField(
        label=gettext_lazy("Baris tabel, satu per baris"),
        required=False,
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    columns = PrintedField(
        label=gettext_lazy("Kolom tabel, satu per baris"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    holds_numbers = forms.BooleanField(label=gettext_lazy("Sel tabel diisi angka"), required=False)
    help = PrintedField(
        label=gettext_lazy("Petunjuk pengisian"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "w-wide"}),
    )
    required = forms.BooleanField(label=gettext_lazy("Wajib"), required=False, initial=True)

    def __init__(self, *args: Any, items: list[RequestedItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        item: Any = self.fields["item"]
        item.choices = [(item.pk, item.name) for item in items]

    def clean_choices(self) -> list[str]:
        """Split the choices into lines, none twice."""
        return list(dict.fromkeys(self._lines("choices")))

    def clean_rows(self) -> list[str]:
        """Split the names of the rows."""
        return self._lines("rows")

    def clean_columns(self) -> list[str]:
        """Split the names of the columns."""
        return self._lines("columns")

    def clean(self) -> dict[str, Any] | None:
        """Refuse a choice between fewer than two things, and a table that cannot be filled."""
        typed = super().clean() or self.cleaned_data
        kind = typed.get("kind")
        if kind in FormQuestion.CHOOSING and len(typed.get("choices", [])) < LEAST_CHOICES:
            self.add_error("choices", _("Tulis paling sedikit dua pilihan."))
        if kind == FormQuestion.Kind.TABLE and {"rows", "columns"} <= typed.keys():
            for name, fault in table_faults(typed["rows"], typed["columns"]).items():
                self.add_error(name, fault)
        return typed

    def _lines(self, name: str) -> list[str]:
        lines = (" ".join(line.split()) for line in self.cleaned_data[name].splitlines())
        kept = [line for line in lines if line]
        if any(len(line) > LONGEST_NAME for line in kept):
            raise forms.ValidationError(
                _("Tulis paling banyak {n} karakter di setiap baris.").format(n=LONGEST_NAME)
            )
        return kept

    def as_line(self) -> QuestionLine:
        """Give the question as the service takes it."""
        typed = self.cleaned_data
        return QuestionLine(
            item_id=typed["item"],
            text=typed["text"],
            kind=typed["kind"],
            unit=typed["unit"],
            choices=tuple(typed["choices"]),
            rows=tuple(typed["rows"]),
            columns=tuple(typed["columns"]),
            holds_numbers=typed["holds_numbers"],
            required=typed["required"],
            help=typed["help"],
        )


class QuestionRows(Rows):
    """The questions in their order."""

    row_noun = gettext_lazy("Pertanyaan")
    folded_fields = ("choices", "rows", "columns", "holds_numbers", "unit", "help")
    folded_label = gettext_lazy("Pilihan, tabel, satuan, dan petunjuk")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extra = 0

    def lines(self) -> tuple[QuestionLine, ...]:
        """Give the questions that stay."""
        return tuple(form.as_line() for form in self.ordered_forms if form.cleaned_data.get("text"))

    def clean(self) -> None:
        """Refuse more cells than one page can send."""
        written = (form for form in self.forms if form.is_bound and not form.errors)
        stays = (form for form in written if not form.cleaned_data.get("DELETE"))
        lines = (form.as_line() for form in stays if form.cleaned_data.get("text"))
        try:
            service.refuse_too_many_cells(sum(line.cells for line in lines))
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


QuestionFormSet = forms.formset_factory(
    QuestionForm,
    formset=QuestionRows,
    extra=0,
    can_delete=True,
    can_order=True,
    max_num=MOST_QUESTIONS,
    absolute_max=MOST_QUESTIONS,
)


class MediumForm(DeedForm):
    """The collection form; published as it stands."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Media pengumpulan"),
        choices=[
            (CollectionForm.Kind.QUESTIONS, gettext_lazy("Susun kuesioner")),
            (CollectionForm.Kind.TEMPLATE, gettext_lazy("Unggah blanko")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Pilih media pengumpulan.")},
    )
    instructions = PrintedField(
        label=gettext_lazy("Petunjuk untuk pemilik data"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    upload = forms.FileField(
        label=gettext_lazy("Blanko"),
        required=False,
        help_text=gettext_lazy("XLSX, DOCX, atau PDF, paling besar 25 MB."),
        error_messages={"empty": gettext_lazy("Berkas kosong. Pilih berkas lain.")},
    )
    covered = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Data yang tercakup blanko"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.formsets:
            return
        covered: Any = self.fields["covered"]
        covered.choices = [(item.pk, item.name) for item in self.items]
        for name, value in _written(self.newest).items():
            self.initial.setdefault(name, value)

    def build_formsets(self) -> dict[str, "forms.BaseFormSet[Any]"]:
        """Build the list of questions."""
        self.items = self.data_request.listed_items()
        self.newest = medium_here(self.data_request)
        questions = [] if self.newest is None else list(self.newest.questions.all())
        bound: dict[str, Any] = {"data": self.data} if self.is_bound else {}
        return {
            "questions": QuestionFormSet(
                **bound,
                prefix="questions",
                initial=[_line(question) for question in questions],
                form_kwargs={"items": self.items},
            )
        }

    def facts(self) -> dict[str, Any]:
        """Give the medium."""
        return {"medium": self.medium()}

    def medium(self) -> Medium:
        """Give what was typed as the service takes it."""
        typed = self.cleaned_data
        rows: Any = self.formsets["questions"]
        return Medium(
            kind=typed["kind"],
            instructions=typed["instructions"].strip(),
            questions=rows.lines(),
            covered=tuple(typed["covered"]),
            upload=typed["upload"],
        )


class DraftMediumForm(MediumForm):
    """The same as a draft; while nothing was sent it is not shown and asks for no rows."""

    def build_formsets(self) -> dict[str, "forms.BaseFormSet[Any]"]:
        """Build the rows only for what was sent."""
        return super().build_formsets() if self.is_bound else {}


class AddRecipientForm(ChooseOwnerForm, DraftMediumForm):
    """The draft, and an owner of the directory who is asked as well."""

    def facts(self) -> dict[str, Any]:
        """Give the medium and the owner."""
        return {**ChooseOwnerForm.facts(self), "draft": self.medium()}


class AddNewRecipientForm(EnterOwnerForm, DraftMediumForm):
    """The draft, and an institution that enters the directory and is asked as well."""

    def facts(self) -> dict[str, Any]:
        """Give the medium and the new owner."""
        return {**EnterOwnerForm.facts(self), "draft": self.medium()}


def medium_here(data_request: DataRequest) -> CollectionForm | None:
    """Read the newest version once for form and page; anew when the request has changed."""
    known: tuple[int, CollectionForm | None] | None = data_request.__dict__.get("_medium")
    if known is None or known[0] != data_request.version:
        known = (data_request.version, service.newest_form(data_request))
        data_request.__dict__["_medium"] = known
    return known[1]


def _written(form: CollectionForm | None) -> dict[str, Any]:
    if form is None:
        return {"kind": CollectionForm.Kind.QUESTIONS}
    return {
        "kind": form.kind,
        "instructions": form.instructions,
        "covered": [item.pk for item in form.covered_items.all()],
    }


def _line(question: FormQuestion) -> dict[str, Any]:
    return {
        "item": question.item_id,
        "text": question.text,
        "kind": question.kind,
        "unit": question.unit,
        "choices": "\n".join(question.choices),
        "rows": "\n".join(question.rows),
        "columns": "\n".join(question.columns),
        "holds_numbers": question.holds_numbers,
        "required": question.required,
        "help": question.help,
    }
