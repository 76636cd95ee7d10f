"""The Billing Portal: how it is configured, its sessions, and what customers do there."""
