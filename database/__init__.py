"""One database for all of us: opening it, its two kinds of transactions, its migrations."""
