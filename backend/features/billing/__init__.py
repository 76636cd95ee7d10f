"""Billing: what members pay for. Stripe is the source of truth, and tells by webhooks."""
