"""Deployments that really run on this machine, by Railway's rules."""
