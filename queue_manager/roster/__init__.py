"""Who the operators are, when they sit, and whether every queue is covered."""
