"""The fixed words of an incident: kinds, severities, stages, states."""

from django.db import models


class Kind(models.TextChoices):
    """What went wrong, or will."""

    OUTAGE = "outage", "Outage"
    LATE_DELIVERY = "late_delivery", "Late delivery"
    BILLING_ERROR = "billing_error", "Billing error"
    RECALL = "recall", "Recall"
    DATA_BREACH = "data_breach", "Data breach"
    CANCELLATION = "cancellation", "Cancellation"
    SUPPLIER_FAILURE = "supplier_failure", "Supplier failure"
    FORESEEN_TROUBLE = "foreseen_trouble", "Foreseen trouble"
    MAINTENANCE = "maintenance", "Maintenance"
    OTHER = "other", "Other"


class Severity(models.IntegerChoices):
    """How much it hurts customers: 1 is worst. The label is what a customer would say of it."""

    HIGHLY_MATERIAL = 1, "1: Customers are harmed or cannot do what they came for"
    MATERIAL = 2, "2: Many customers are badly hindered or lose money or time"
    NOTICEABLE = 3, "3: Some customers are hindered; a way round exists"
    SLIGHT = 4, "4: A nuisance that most will not notice"
    IMMATERIAL = 5, "5: A blemish, such as a misspelt name"


class Stage(models.TextChoices):
    """How far we are with it; the second four are for planned work."""

    INVESTIGATING = "investigating", "Investigating"
    IDENTIFIED = "identified", "Identified"
    MONITORING = "monitoring", "Monitoring"
    RESOLVED = "resolved", "Resolved"
    SCHEDULED = "scheduled", "Scheduled"
    IN_PROGRESS = "in_progress", "In progress"
    VERIFYING = "verifying", "Verifying"
    COMPLETED = "completed", "Completed"


UNPLANNED_STAGES = (Stage.INVESTIGATING, Stage.IDENTIFIED, Stage.MONITORING, Stage.RESOLVED)
PLANNED_STAGES = (Stage.SCHEDULED, Stage.IN_PROGRESS, Stage.VERIFYING, Stage.COMPLETED)
FINAL_STAGES = (Stage.RESOLVED, Stage.COMPLETED)


class ComponentState(models.TextChoices):
    """How well a component works, from best to worst."""

    OPERATIONAL = "operational", "Working"
    MAINTENANCE = "maintenance", "Under maintenance"
    DEGRADED = "degraded", "Slow or limited"
    PARTIAL_OUTAGE = "partial_outage", "Partly out"
    MAJOR_OUTAGE = "major_outage", "Out"
