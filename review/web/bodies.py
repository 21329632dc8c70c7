"""What pages send, as checked models: nothing unexpected passes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from review.values import Filters

FormId = Annotated[str, Field(min_length=1, max_length=1000)]
Address = Annotated[str, Field(min_length=1, max_length=100)]
Text = Annotated[str, Field(max_length=10_000)]
Note = Annotated[str, Field(max_length=500)]
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
Version = Annotated[int, Field(ge=0, le=2**53)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Place(_Body):
    form_id: FormId
    address: Address


class Wanted(_Body):
    """Filters as a page keeps them; ``keying`` asks for numbers of double keying only."""

    document: str | None = Field(default=None, max_length=1000)
    kind: Literal["number", "text", "mark"] | None = None
    rule: str | None = Field(default=None, max_length=100)
    text: Text | None = None
    keying: bool = False

    @property
    def filters(self) -> Filters:
        return Filters(self.document or None, self.kind, self.rule or None, self.text or None)


class Next(_Body):
    filters: Wanted = Wanted()
    after: Place | None = None


class Cells(_Body):
    cells: list[Place] = Field(max_length=500)


class Postpone(Place):
    version: Version
    why: Note = ""
    seconds: Seconds = 0.0


class Confirm(Postpone):
    text: Text


class Key(Place):
    text: Text
    version: Version = 0
    seconds: Seconds = 0.0


class Preview(Place):
    text: Text


class Accept(_Body):
    form_id: FormId
    rule: str = Field(min_length=1, max_length=100)
    cells: list[Address] = Field(max_length=1000)
    note: str = Field(min_length=1, max_length=500)


class GroupCell(Place):
    version: Version


class GroupDecision(_Body):
    keep: list[GroupCell] = Field(max_length=500)
    odd: list[GroupCell] = Field(max_length=500)
    seconds: Seconds = 0.0


class GroupAsked(_Body):
    key: Text
    filters: Wanted = Wanted()


class Critical(_Body):
    patterns: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(max_length=50)


class NewUser(_Body):
    name: str = Field(min_length=1, max_length=100)
    display: str = Field(default="", max_length=100)
    role: Literal["reviewer", "senior", "reader"] = "reviewer"
    password: str = Field(default="", max_length=1000)


class UserChange(_Body):
    name: str = Field(min_length=1, max_length=100)
    action: Literal["disable", "enable", "password", "role"]
    password: str = Field(default="", max_length=1000)
    role: Literal["reviewer", "senior", "reader"] | None = None
