"""What each operator declared: signed on, paused and why. Read back after any restart."""
