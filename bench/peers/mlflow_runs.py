"""Runs per CPU-second of MLflow's tracking client on its local file store: the same metadata as parameters and tags."""

import json
import logging
import os
import sys
import tempfile
import time

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
import mlflow  # noqa: E402

RUNS = int(sys.argv[1])
TAGS = {"proposal_id": "123456", "project": "flying cars", "owner": "beamline 12", "group": "optics"}
PARAMETERS = {
    "operator": "Ada",
    "sample": "Au-47",
    "purpose": "calibration",
    "stage": "reduce",
    "detectors": "camera,diode",
    "energy_ev": 8979.5,
    "exposure_s": 0.25,
}


def record(runs):
    for _ in range(runs):
        with mlflow.start_run(tags=TAGS):
            mlflow.log_params(PARAMETERS)


def main():
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        mlflow.set_tracking_uri(f"file://{folder}/runs")
        mlflow.set_experiment("bench")
        record(5)
        cpu, wall = time.process_time(), time.perf_counter()
        record(RUNS)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(json.dumps({"version": mlflow.__version__, "runs": RUNS, "cpu_us": cpu / RUNS * 1e6, "wall_s": wall}))


main()
