"""Starts the workflow, saying who asks.

python3 start.py ADDRESS TASK_QUEUE WORKFLOW_ID ACTIVITY_TASK_QUEUE
"""

import asyncio
import sys

from provenance import Provenance
from temporalio.client import Client


async def main(address: str, task_queue: str, workflow_id: str, activity_task_queue: str) -> None:
    user = {"operator": "Grace", "sample": {"name": "Ångström foil"}}
    client = await Client.connect(address, interceptors=[Provenance(user)])
    args = ["foil", activity_task_queue]
    print(await client.execute_workflow("Scan", args=args, id=workflow_id, task_queue=task_queue))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
