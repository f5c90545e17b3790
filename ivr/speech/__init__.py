"""Press or say: what a caller says, beside the keys (docs/adr/0070-press-or-say.md).

``grammar`` and ``aeap`` are pure; ``recogniser`` is the port to whatever recognises, ``vosk_model``
the one adapter; ``ears`` bounds the work by the cores; ``server`` is the WebSocket that Asterisk
speaks to; ``places`` asks it for room; ``model_folder`` and ``install`` are about the model.
"""
