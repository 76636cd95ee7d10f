"""Railway: what it holds, how it is asked, and how an environment there is made and compared."""
