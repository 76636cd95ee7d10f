"""What stands in for a language model: its answers follow from what it was given, and only from
that. The same question gets the same answer, and no answer pretends to know more."""
