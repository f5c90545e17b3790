"""``sahayata up`` with variables of the test's in the environment of Asterisk, and of nothing else.

``python -m tests.support.moved_asterisk up …``; ``ASTERISK_ENVIRONMENT`` holds them, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

from deploy import sandbox
from deploy.asterisk_home import Asterisk
from sahayata.cli.__main__ import main

VARIABLES = "ASTERISK_ENVIRONMENT"
PROGRAM = ("-m", "tests.support.moved_asterisk")

plain = sandbox.command


def command(asterisk: Asterisk, sight: sandbox.Sight, argv: Sequence[str]) -> list[str]:
    """Give the usual command line, with the variables set inside."""
    variables: dict[str, str] = json.loads(os.environ[VARIABLES])
    words = [f"{name}={value}" for name, value in variables.items()]
    return plain(asterisk, sight, ["/usr/bin/env", *words, *argv])


if __name__ == "__main__":
    sandbox.command = command
    sys.exit(main())
