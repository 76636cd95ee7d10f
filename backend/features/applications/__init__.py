"""Applications: people apply for membership, two board members decide."""
