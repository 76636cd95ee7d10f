"""People write to the association: what they say is mailed on, and kept nowhere."""
