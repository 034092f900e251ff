from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ConsentEvidence")


@_attrs_define
class ConsentEvidence:
    """What proves the decision. Sealed under a key of its own, which outlives the erasure of the customer.

    Attributes:
        ip (None | str | Unset): The address the decision came from.
        user_agent (None | str | Unset): The browser it was made with.
        url (None | str | Unset): The page it was made on.
        token_id (None | str | Unset): The id of the token in a confirmation link.
        payload_sha256 (None | str | Unset): SHA-256 of the message as it came.
        affirmative_action (None | str | Unset): What she did, in words.
        app_version (None | str | Unset): The version of the app or form.
        proof_reference (None | str | Unset): Where further proof lies: a recording, a signed form.
    """

    ip: None | str | Unset = UNSET
    user_agent: None | str | Unset = UNSET
    url: None | str | Unset = UNSET
    token_id: None | str | Unset = UNSET
    payload_sha256: None | str | Unset = UNSET
    affirmative_action: None | str | Unset = UNSET
    app_version: None | str | Unset = UNSET
    proof_reference: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        ip: None | str | Unset
        if isinstance(self.ip, Unset):
            ip = UNSET
        else:
            ip = self.ip

        user_agent: None | str | Unset
        if isinstance(self.user_agent, Unset):
            user_agent = UNSET
        else:
            user_agent = self.user_agent

        url: None | str | Unset
        if isinstance(self.url, Unset):
            url = UNSET
        else:
            url = self.url

        token_id: None | str | Unset
        if isinstance(self.token_id, Unset):
            token_id = UNSET
        else:
            token_id = self.token_id

        payload_sha256: None | str | Unset
        if isinstance(self.payload_sha256, Unset):
            payload_sha256 = UNSET
        else:
            payload_sha256 = self.payload_sha256

        affirmative_action: None | str | Unset
        if isinstance(self.affirmative_action, Unset):
            affirmative_action = UNSET
        else:
            affirmative_action = self.affirmative_action

        app_version: None | str | Unset
        if isinstance(self.app_version, Unset):
            app_version = UNSET
        else:
            app_version = self.app_version

        proof_reference: None | str | Unset
        if isinstance(self.proof_reference, Unset):
            proof_reference = UNSET
        else:
            proof_reference = self.proof_reference

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if ip is not UNSET:
            field_dict["ip"] = ip
        if user_agent is not UNSET:
            field_dict["user_agent"] = user_agent
        if url is not UNSET:
            field_dict["url"] = url
        if token_id is not UNSET:
            field_dict["token_id"] = token_id
        if payload_sha256 is not UNSET:
            field_dict["payload_sha256"] = payload_sha256
        if affirmative_action is not UNSET:
            field_dict["affirmative_action"] = affirmative_action
        if app_version is not UNSET:
            field_dict["app_version"] = app_version
        if proof_reference is not UNSET:
            field_dict["proof_reference"] = proof_reference

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_ip(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        ip = _parse_ip(d.pop("ip", UNSET))

        def _parse_user_agent(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        user_agent = _parse_user_agent(d.pop("user_agent", UNSET))

        def _parse_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        url = _parse_url(d.pop("url", UNSET))

        def _parse_token_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        token_id = _parse_token_id(d.pop("token_id", UNSET))

        def _parse_payload_sha256(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        payload_sha256 = _parse_payload_sha256(d.pop("payload_sha256", UNSET))

        def _parse_affirmative_action(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        affirmative_action = _parse_affirmative_action(d.pop("affirmative_action", UNSET))

        def _parse_app_version(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        app_version = _parse_app_version(d.pop("app_version", UNSET))

        def _parse_proof_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        proof_reference = _parse_proof_reference(d.pop("proof_reference", UNSET))

        consent_evidence = cls(
            ip=ip,
            user_agent=user_agent,
            url=url,
            token_id=token_id,
            payload_sha256=payload_sha256,
            affirmative_action=affirmative_action,
            app_version=app_version,
            proof_reference=proof_reference,
        )

        return consent_evidence
