"""A worker with an activity that knows its metadata, and a workflow that leaves its work to a worker in TypeScript.

python3 worker.py ADDRESS TASK_QUEUE
"""

import asyncio
import sys
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from provenance import Provenance, metadata


@activity.defn
async def reduce(frames: int) -> dict[str, Any]:
    """Metadata beside the data, as a file format's header would hold it."""
    return {"frames": frames, "metadata": metadata()}


@workflow.defn
class Scan:
    @workflow.run
    async def run(self, sample: str, task_queue: str) -> str:
        """`echo` is an activity of a worker in TypeScript, which records it."""
        timeout = timedelta(seconds=40)
        return await workflow.execute_activity(
            "echo", sample, task_queue=task_queue, start_to_close_timeout=timeout, result_type=str
        )


async def main(address: str, task_queue: str) -> None:
    client = await Client.connect(address)
    interceptors = [Provenance()]
    worker = Worker(client, task_queue=task_queue, workflows=[Scan], activities=[reduce], interceptors=interceptors)
    async with worker:
        print("ready", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
