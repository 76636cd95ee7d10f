"""The newsletter: who asked for it, who receives it, and what BeeHiiv knows of them."""
