"""A member of the crew and the roles given to them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction

from daylight.accounts.roles import ALLOWED, Act, Role


class LastOwner(Exception):
    """Nobody else could invite members or give roles: make another member owner first."""


class MemberManager(BaseUserManager["Member"]):
    """Finds and makes members."""

    def create_user(self, email: str, name: str, password: str | None = None, **extra: Any) -> "Member":
        """Make a member; without a password they sign in by a one-time link first."""
        member = self.model(email=self.normalize_email(email).lower(), name=name, **extra)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def able_to(self, act: Act) -> models.QuerySet["Member"]:
        """Active members of whom at least one role allows `act`."""
        roles = [role for role, acts in ALLOWED.items() if act in acts]
        return self.filter(is_active=True, grants__role__in=roles).distinct()

    def owners(self) -> models.QuerySet["Member"]:
        """Active members with the owner role."""
        return self.filter(is_active=True, grants__role=Role.OWNER)

    def by_email(self, email: str) -> "Member | None":
        """The member with this address, however it is written, or None."""
        return self.filter(email=email.strip().lower()).first()


class Member(AbstractBaseUser):
    """Somebody of the crew, known by an e-mail address and a name shown on what they did.

    `pause_minutes` is the pause they want before a first big statement; 0 for none.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60, default="UTC")
    language = models.CharField(max_length=12, default="en")
    pause_minutes = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[MemberManager] = MemberManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def roles(self) -> frozenset[Role]:
        """The roles given to this member."""
        return frozenset(Role(grant.role) for grant in self.grants.all())

    @property
    def roles_in_words(self) -> str:
        """The roles as a list for people, in the order of the role table."""
        return ", ".join(str(role.label) for role in Role if role in self.roles)

    @property
    def acts(self) -> frozenset[Act]:
        """Everything the member may do."""
        return frozenset(act for role in self.roles for act in ALLOWED[role]) if self.is_active else frozenset()

    def may(self, act: Act) -> bool:
        """Whether one of the member's roles allows `act`."""
        return self.is_active and any(act in ALLOWED[role] for role in self.roles)

    @transaction.atomic
    def set_roles(self, roles: Iterable[Role], *, by: "Member | None", at: datetime) -> None:
        """Give exactly these roles. Raises LastOwner when nobody would be owner any more."""
        wanted = set(roles)
        if Role.OWNER not in wanted:
            self._keep_an_owner()
        self.grants.exclude(role__in=wanted).delete()
        RoleGrant.objects.bulk_create(
            [RoleGrant(member=self, role=role, granted_by=by, granted_at=at) for role in wanted - self._stored_roles()],
        )
        self._forget_roles()

    @transaction.atomic
    def deactivate(self) -> None:
        """Let the member in no more; what they did stays theirs. Raises LastOwner."""
        self._keep_an_owner()
        self.is_active = False
        self.save(update_fields=["is_active"])
        self.sign_in_links.filter(used_at=None).delete()

    def reactivate(self) -> None:
        """Let the member in again, with the roles they had."""
        self.is_active = True
        self.save(update_fields=["is_active"])

    def _keep_an_owner(self) -> None:
        # Both owners may be leaving at this moment: whoever comes second must see the first.
        owners = {grant.member_id for grant in RoleGrant.objects.select_for_update().filter(role=Role.OWNER)}
        active = set(Member.objects.filter(pk__in=owners, is_active=True).values_list("pk", flat=True))
        if active == {self.pk}:
            raise LastOwner

    def _stored_roles(self) -> set[Role]:
        return {Role(role) for role in RoleGrant.objects.filter(member=self).values_list("role", flat=True)}

    def _forget_roles(self) -> None:
        getattr(self, "_prefetched_objects_cache", {}).pop("grants", None)


class RoleGrant(models.Model):
    """A role given to a member: by whom and when."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=12, choices=Role.choices)
    granted_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["member", "role"], name="accounts_role_once")]

    def __str__(self) -> str:
        return f"{self.member} is {self.role}"
