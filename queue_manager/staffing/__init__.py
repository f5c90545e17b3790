"""How many operators are needed: Erlang C and A, from the journal's own figures."""
