"""The hands: define, raise, fill, deploy and check environments."""
