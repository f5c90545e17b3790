"""What the caller hears: conversations, speech, and the ports they need."""
