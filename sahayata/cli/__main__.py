"""The words of ``sahayata`` and what answers them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from sahayata.cli import (
    check,
    dial,
    flow,
    metrics,
    operators,
    phone,
    prompts,
    queues,
    roster,
    speech,
    staffing,
    status,
    ticket,
    up,
    user,
)
from sahayata.cli.words import BadWords, Refused

COMMANDS = (
    up,
    status,
    dial,
    phone,
    ticket,
    queues,
    operators,
    roster,
    metrics,
    staffing,
    check,
    flow,
    prompts,
    speech,
    user,
)


def parser() -> argparse.ArgumentParser:
    """Build the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="sahayata", description="A helpline that a district can run."
    )
    words = top.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(words)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    args = parser().parse_args(argv)
    try:
        result: int = args.run(args)
    except Refused as refusal:
        print(f"sahayata: {refusal}", file=sys.stderr)  # noqa: T201 - said at the terminal
        return 2 if isinstance(refusal, BadWords) else 1
    except BrokenPipeError:
        # The reader of our output left (`| head`): nothing is wrong, and nobody listens.
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130
    return result


if __name__ == "__main__":
    sys.exit(main())
