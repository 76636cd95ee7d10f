"""What people can do: one folder each, and none imports another."""
