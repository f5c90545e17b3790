"""A deed as it is asked over HTTP: checked, and nothing else in it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from queue_manager.room.deeds import Deed, Kind

Extension = Annotated[str, Field(pattern=r"^\d{2,8}$")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9_]{0,32}$")]


class AskedDeed(BaseModel):
    """The document of ``POST /deeds``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    deed: Kind
    operator: Extension
    by: Annotated[str, Field(min_length=1, max_length=64)]
    queue: Name = ""
    reason: Name = ""
    why: Annotated[str, Field(max_length=200)] = ""
    ear: Annotated[str, Field(pattern=r"^\d{0,8}$")] = ""

    def deed_asked(self) -> Deed:
        """Return it as the room takes it."""
        return Deed(self.deed, self.operator, self.by, self.queue, self.reason, self.why, self.ear)
