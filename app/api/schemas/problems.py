"""The one shape of every error answer (RFC 9457)."""

from pydantic import BaseModel, ConfigDict, Field


class ProblemError(BaseModel):
    """One thing wrong at one place of the request."""

    pointer: str = Field(
        description="JSON pointer (RFC 6901) into the request body; empty for the whole body and for parameters.",
        examples=["/emails/0/value"],
    )
    code: str = Field(description="What is wrong, as a stable word for programs.", examples=["missing"])
    message: str = Field(
        description="What is wrong, for people. Never contains what was sent.", examples=["Field required"]
    )


class Problem(BaseModel):
    """Why a request failed: problem details as in RFC 9457, the same shape for every error."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": True})

    type: str = Field(
        description="What kind of problem, as a stable reference; compare it as text.",
        examples=["/problems/invalid"],
    )
    title: str = Field(
        description="The kind of problem in words, the same for every occurrence.",
        examples=["The request is not valid"],
    )
    status: int = Field(description="The HTTP status code of this answer.", examples=[422])
    detail: str = Field(
        description="This occurrence in words. Never contains what was sent.", examples=["The request is not valid"]
    )
    instance: str = Field(
        description="Names this occurrence; it ends in the request id.",
        examples=["/requests/0f8fad5bd9cb469fa16570867728950e"],
    )
    request_id: str = Field(
        description="The id of the request, as in the X-Request-Id header; quote it when asking for help.",
        examples=["0f8fad5bd9cb469fa16570867728950e"],
    )
    errors: list[ProblemError] = Field(
        description="Each thing wrong with its place; empty where the problem has no place.",
        examples=[[{"pointer": "/emails/0/value", "code": "missing", "message": "Field required"}]],
    )
