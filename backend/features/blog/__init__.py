"""The blog: articles of the association's world."""
