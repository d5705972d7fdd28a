"""Every kind of target: one visible line each."""

from daylight.pages.models import Target
from daylight.pages.targets.base import TargetKind
from daylight.pages.targets.bucket import Bucket
from daylight.pages.targets.directory import Directory

KINDS: dict[str, TargetKind] = {
    Target.Kind.DIRECTORY: Directory,
    Target.Kind.BUCKET: Bucket,
}
