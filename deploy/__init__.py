"""Having an Asterisk: finding or making one, running it apart from the machine, configuring it."""
