"""What a request may say: each operation declares a `Form`, and what does not fit is refused in
Stripe's words."""

from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from sandboxes.kit.records import Document
from sandboxes.stripe.encoding import spelled
from sandboxes.stripe.errors import StripeError, not_emulated
from sandboxes.stripe.fields import EMPTY, Many, Text

UNSETTING = (
    "You passed an empty string for '{name}'. We assume empty values are an attempt to unset a"
    " parameter; however '{name}' cannot be unset. You should remove '{name}' from your request"
    " or supply a non-empty value."
)


class Hash(BaseModel):
    """Parameters that belong together; those that Stripe has and the sandbox has not are named."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())
    not_emulated: ClassVar[frozenset[str]] = frozenset()

    def given(self, *but: str) -> Document:
        """What the request says, but for some names."""
        return self.model_dump(exclude_unset=True, exclude=set(but) | {"expand"})


class Form(Hash):
    """All that one operation may be told."""

    expand: Many[Text] = []

    @classmethod
    def read(cls, told: Document) -> Self:
        """The form as it was filled in; raises StripeError for the first thing that is wrong."""
        try:
            return cls.model_validate(told)
        except ValidationError as error:
            raise _refusal(cls, error.errors(include_url=False)) from error


def _refusal(form: type[Hash], errors: list[ErrorDetails]) -> StripeError:
    unknown = [each for each in errors if each["type"] == "extra_forbidden"]
    if unknown:
        for each in unknown:
            if str(each["loc"][-1]) in _known(form, each["loc"][:-1]):
                return not_emulated(f"the parameter {spelled(each['loc'])}")
        names = [spelled(each["loc"]) for each in unknown]
        sentence = f"Received unknown parameter{'s' if len(names) > 1 else ''}: {', '.join(names)}"
        return StripeError(sentence, param=names[0], code="parameter_unknown")
    return _first(errors[0])


def _first(error: ErrorDetails) -> StripeError:
    param, name = spelled(error["loc"]), str(error["loc"][-1])
    match error["type"]:
        case "missing":
            sentence = f"Missing required param: {param}."
            return StripeError(sentence, param=param, code="parameter_missing")
        case "parameter_invalid_empty":
            return StripeError(UNSETTING.format(name=param), param=param, code=EMPTY)
        case "literal_error":
            choices = str(error["ctx"]["expected"]).replace("'", "")
            return StripeError(f"Invalid {name}: must be one of {choices}", param=param)
        case "model_type" | "dict_type":
            return StripeError("Invalid object", param=param)
        case "string_type":
            return StripeError(f"Invalid string: {error['input']}", param=param)
        case code:
            code = code if code.startswith("parameter_") else ""
            return StripeError(error["msg"], param=param, code=code or None)


def _known(form: type[Hash], way: tuple[int | str, ...]) -> frozenset[str]:
    """The names that the hash at the end of the way leaves out knowingly."""
    for step in way:
        if isinstance(step, str) and step in form.model_fields:
            form = _inner(form.model_fields[step].annotation) or Hash
    return form.not_emulated


def _inner(annotation: Any) -> type[Hash] | None:
    """The hash within an annotation such as `Many[Item]` or `Item | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Hash):
        return annotation
    for each in getattr(annotation, "__args__", ()):
        if found := _inner(each):
            return found
    return None


def words(text: str) -> frozenset[str]:
    """The names in a text."""
    return frozenset(text.split())
