"""The library: staff put files there, and whoever may see them fetches them."""
