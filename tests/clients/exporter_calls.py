"""Run inside the environment of statuspage-prometheus-exporter 2.6.0: it reads our summary and makes gauges of it."""

import json
import os
import sys
import tempfile
from pathlib import Path

URL = sys.argv[1]
FOLDER = Path(tempfile.mkdtemp())
SERVICE = {"name": "Acme", "url": f"{URL}/api/v2/summary.json"}
(FOLDER / "services.json").write_text(json.dumps({"acme": SERVICE}), encoding="utf-8")
os.environ["SERVICES_JSON_PATH"] = str(FOLDER / "services.json")
os.chdir(FOLDER)

from prometheus_client import REGISTRY, generate_latest  # type: ignore[import-not-found]  # noqa: E402
from statuspage_prometheus_exporter import (  # type: ignore[import-not-found]  # noqa: E402
    cache_manager,
    service_checker,
    service_monitor,
)

cache_manager.get_cache_directory = lambda: FOLDER
found = service_checker.check_service_status("acme", SERVICE)
service_monitor.monitor_services(is_initial_run=True)
gauges = [line for line in generate_latest(REGISTRY).decode().splitlines() if "Acme" in line]
sys.stdout.write("\n" + json.dumps({"found": found, "gauges": gauges}, default=str))
