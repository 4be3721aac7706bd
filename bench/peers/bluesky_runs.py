"""Runs per CPU-second of Bluesky's RunEngine with its documents as JSON lines, each synced to the disk."""

import json
import os
import sys
import tempfile
import time

import bluesky
from bluesky import RunEngine
from bluesky import plan_stubs as bps

RUNS = int(sys.argv[1])
STASH = {"proposal_id": 123456, "project": "flying cars", "owner": "beamline 12", "group": "optics"}
METADATA = {
    "operator": "Ada",
    "sample": {"name": "Au-47", "material": "gold", "thickness_nm": 40},
    "purpose": "calibration",
    "stage": "reduce",
    "detectors": ["camera", "diode"],
    "energy_ev": 8979.5,
    "exposure_s": 0.25,
}


def plan(runs):
    for _ in range(runs):
        yield from bps.open_run(METADATA)
        yield from bps.close_run()


def main():
    with tempfile.TemporaryDirectory() as folder, open(os.path.join(folder, "documents.jsonl"), "w") as file:

        def write(name, document):
            file.write(json.dumps([name, document]) + "\n")
            file.flush()
            os.fsync(file.fileno())

        engine = RunEngine(dict(STASH), context_managers=[])
        engine.subscribe(write)
        engine(plan(50))
        cpu, wall = time.process_time(), time.perf_counter()
        engine(plan(RUNS))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(json.dumps({"version": bluesky.__version__, "runs": RUNS, "cpu_us": cpu / RUNS * 1e6, "wall_s": wall}))


main()
