"""The pages that Stripe hosts, for whoever has their address: Checkout, 3-D Secure, the portal."""

from sandboxes.kit.sandbox import Operation
from sandboxes.stripe.hosted import challenge_page, checkout_page, invoice_page, page, portal_page

OPERATIONS: tuple[Operation, ...] = (
    *checkout_page.OPERATIONS,
    *challenge_page.OPERATIONS,
    *portal_page.OPERATIONS,
    *invoice_page.OPERATIONS,
    *page.OPERATIONS,
)
