"""Checkout: sessions in the API, what comes of them when somebody pays, and when nobody does."""
