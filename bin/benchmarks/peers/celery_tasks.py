"""Celery on Redis: one task for each message, two prefork workers, and a row of the ledger that the task updates."""

import os
import subprocess
import sys
import time

from celery import Celery, signals
from firm.beginning import set_up, wait_for_signal

app = Celery("celery_tasks", broker=os.environ["BROKER_URL"])
app.conf.task_ignore_result = True
app.conf.worker_prefetch_multiplier = 4
app.conf.broker_connection_retry_on_startup = True


@signals.worker_process_init.connect
def _django(**_: object) -> None:
    import django

    django.setup()


@app.task
def tell(delivery_id: int) -> None:
    """Tell one customer."""
    from django.utils import timezone
    from firm.messages import message
    from firm.models import Delivery

    delivery = Delivery.objects.select_related("customer").get(pk=delivery_id)
    message(delivery.customer).send()
    delivery.state, delivery.accepted_at = "accepted", timezone.now()
    delivery.save(update_fields=["state", "accepted_at"])


def main() -> None:
    """Start the workers, put a task in line for each customer, and wait until the ledger says that all are told."""
    size = set_up()
    from firm.models import Customer, Delivery

    words = ["-m", "celery", "-A", "celery_tasks", "worker", "-c", "2", "-P", "prefork", "-l", "ERROR"]
    workers = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not app.control.ping(timeout=1.0):
            time.sleep(0.2)
        wait_for_signal()
        rows = Delivery.objects.bulk_create(Delivery(customer=customer) for customer in Customer.objects.order_by("pk"))
        for row in rows:
            tell.delay(row.pk)
        while Delivery.objects.filter(state="accepted").count() < size:
            time.sleep(0.2)
    finally:
        workers.terminate()
        workers.wait()


if __name__ == "__main__":
    main()
