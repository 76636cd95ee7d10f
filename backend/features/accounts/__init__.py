"""Accounts: register, verify the address, log in, stay logged in, log out."""
