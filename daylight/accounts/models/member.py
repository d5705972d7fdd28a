"""A member of the crew and the roles given to them."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from daylight.accounts.roles import ALLOWED, Act, Role


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


class Member(AbstractBaseUser):
    """Somebody of the crew, known by an e-mail address and a name shown on what they did."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60, default="UTC")
    language = models.CharField(max_length=12, default="en")
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

    def may(self, act: Act) -> bool:
        """Whether one of the member's roles allows `act`."""
        return self.is_active and any(act in ALLOWED[role] for role in self.roles)


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
