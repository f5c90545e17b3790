"""The room: who sits there and who should, what each operator does, how each queue stands."""
