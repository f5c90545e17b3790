"""Telephones in software: a citizen's, and those of simulated operators, over real SIP and RTP."""
