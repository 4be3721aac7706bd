"""Metadata of temporal-provenance in Python: a client gives it, and an activity reads what came with it.

One interceptor for both: Client.connect(..., interceptors=[Provenance({"operator": "Ada"})]), or with no metadata on a
worker that reads only. The header's format is in docs/design/recording.md. Where the metadata is long, or the lab encrypts, the
header names a place in the store instead, and `metadata()` holds what stands in it in clear.
"""

import json
from contextvars import ContextVar
from typing import Any, Mapping

from temporalio.api.common.v1 import Payload
from temporalio.client import Interceptor, OutboundInterceptor, StartWorkflowInput
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput
from temporalio.worker import Interceptor as WorkerInterceptor

HEADER = "temporal-provenance"
_current: ContextVar[dict[str, Any]] = ContextVar("provenance", default={})


def metadata() -> dict[str, Any]:
    """What the user and the plan gave to the activity that calls; the user's fields win."""
    header = _current.get()
    return {**header.get("plan", {}), **header.get("user", {})}


def read(headers: Mapping[str, Payload]) -> dict[str, Any]:
    payload = headers.get(HEADER)
    if payload is None or payload.metadata.get("encoding") != b"json/plain":
        return {}
    header = json.loads(payload.data)
    return header if header.get("v") == 1 else {}


class Provenance(Interceptor, WorkerInterceptor):
    def __init__(self, user: Mapping[str, Any] | None = None) -> None:
        self.user = dict(user or {})

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        return _Client(next, self.user) if self.user else next

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Activity(next)


class _Client(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, user: dict[str, Any]) -> None:
        super().__init__(next)
        data = json.dumps({"v": 1, "user": user}).encode()
        self.header = {HEADER: Payload(metadata={"encoding": b"json/plain"}, data=data)}

    async def start_workflow(self, input: StartWorkflowInput) -> Any:
        input.headers = {**input.headers, **self.header}
        return await super().start_workflow(input)


class _Activity(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        _current.set(read(input.headers))
        return await super().execute_activity(input)
