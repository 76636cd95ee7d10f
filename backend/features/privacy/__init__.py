"""Privacy: see what is kept about oneself, take it along, have it forgotten."""
