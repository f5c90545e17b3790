"""``sahayata check``: lints; every failure says the file, the line and what to do."""

from __future__ import annotations

import argparse

from sahayata.cli.words import Words, add_json, add_state, answer_json, command, one_of, say

AREAS = ("config", "prompts", "flow", "pbx", "speech")


def add(words: Words) -> None:
    """Add the command."""
    made = command(words, "check", "lint settings, prompts, conversations and the PBX", run)
    add_state(made)
    add_json(made)
    made.add_argument("areas", nargs="*", metavar="AREA", help=f"{', '.join(AREAS)} (all)")


def run(args: argparse.Namespace) -> int:
    """Check each area; 1 when anything is wrong."""
    from sahayata.checks.check import check
    from sahayata.checks.finding import Finding

    for area in args.areas:
        one_of(area, AREAS, "area")
    findings: list[Finding] = []
    for finding in check(args.areas or AREAS, state=args.state):
        findings.append(finding)
        if not args.json:
            mark = {"ok": "  ", "warning": "? ", "fault": "✗ "}[finding.weight]
            say(f"{mark}{finding.area}: {finding.text}")
    if args.json:
        answer_json([{"area": f.area, "weight": f.weight, "text": f.text} for f in findings])
    return 1 if any(finding.weight == "fault" for finding in findings) else 0
