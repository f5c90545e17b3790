"""What is understood of prompts: each as it is heard in a call, a single word among others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr.call import PromptId
from ivr.ear.among import ALONE, frame, joined
from ivr.ear.recordings import Recording, Sound, without_silence
from ivr.ear.understood import Ear, Kind, Understood, kind, understood
from ivr.voice.catalogue import Catalogue


def understand(
    ear: Ear,
    sounds: Mapping[PromptId, Sound],
    recordings: Mapping[PromptId, Recording],
    catalogue: Catalogue,
) -> Iterator[Understood]:
    """Let ``ear`` write down each of ``sounds``; what is said around it comes from ``recordings``.

    Raises what the ear raises.
    """
    for name, sound in sounds.items():
        text = catalogue.prompts[name].text
        around = ALONE if kind(name, text) is Kind.SENTENCES else frame(name)
        before, after = (
            [recordings[prompt].speech for prompt in side] for side in (around.before, around.after)
        )
        heard = ear.write(joined((*before, without_silence(sound), *after)))
        yield understood(
            name,
            text,
            heard,
            before=catalogue.text_of(around.before),
            after=catalogue.text_of(around.after),
        )
