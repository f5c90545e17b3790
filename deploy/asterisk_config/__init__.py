"""The configuration of Asterisk, generated at every start under ``DIR/asterisk/etc``.

Nothing of it is edited by hand: the district's file and the settings decide. ``docs/asterisk.md``
says what is in each file; ``deploy.asterisk_config.files.generate`` writes them.
"""
