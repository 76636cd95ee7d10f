"""How Stripe says no: a type, mostly a code, the parameter at fault, and a sentence."""

from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Refused

ACCOUNT = "acct_sandbox"
LOGS = f"https://dashboard.stripe.com/{ACCOUNT}/test/workbench/logs?object="
API_ERROR, CARD, IDEMPOTENCY = "api_error", "card_error", "idempotency_error"
INVALID = "invalid_request_error"


class StripeError(Refused):
    """A refusal in Stripe's shape: HTTP `status`, and the `error` of the body."""

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        status: int = 400,
        kind: str = INVALID,
        more: Document | None = None,
    ) -> None:
        doc_url = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}" if code else None
        every: Document = {"code": code, "doc_url": doc_url, "message": message, "param": param} | (
            more or {}
        )
        self.error: Document = {key: value for key, value in every.items() if value is not None}
        self.error["type"] = kind
        self.status = status
        super().__init__(self.answer())

    def answer(self, request_id: str | None = None) -> Response:
        """The refusal on the wire; of a request that is known, with a link to its log."""
        log = {"request_log_url": LOGS + request_id} if request_id else {}
        # Stripe says itself that nothing comes of asking again, else its library would.
        again = {"Stripe-Should-Retry": "false"} if self.status == 501 else {}
        return JSONResponse({"error": self.error | log}, self.status, again)


class CardError(StripeError):
    """A card is wrong or declined."""

    def __init__(
        self, message: str, *, code: str, param: str | None = None, **more: object
    ) -> None:
        super().__init__(message, code=code, param=param, status=402, kind=CARD, more=more)


class PaymentFailed(CardError):
    """A card declined a payment: the failed attempt, and what was done before it, stays."""


def missing(kind: str, id_: str, param: str = "id", status: int = 404) -> StripeError:
    """There is no object of that id; 404 where the address names it, else 400."""
    words = f"No such {kind.rpartition('.')[2]}: '{id_}'"
    return StripeError(words, param=param, code="resource_missing", status=status)


def not_emulated(what: str) -> StripeError:
    """Stripe can do it, and the sandbox can not."""
    return StripeError(
        f"stripe sandbox does not emulate {what}; see docs/sandboxes.md", status=501, kind=API_ERROR
    )


def as_status(status: int, message: str) -> Response:
    """Stripe's error for an HTTP status and a sentence."""
    if status == 429:
        return StripeError(message, status=429, code="rate_limit").response
    return StripeError(
        message, status=status, kind=API_ERROR if status >= 500 else INVALID
    ).response
