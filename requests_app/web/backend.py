"""Who comes in by this session? The person, and with it what every page asks for."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.contrib.postgres.expressions import ArraySubquery

from requests_app.models import Position, User


class PeopleBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """Sign in as allauth does; load person, positions, office and second factors in one query."""

    def get_user(self, user_id: int) -> User | None:
        """Find the person of a session; who never held a position is asked for plainly."""
        factors = ArraySubquery(Authenticator.objects.filter(user=user_id).values("type"))
        held = list(Position.objects.around(user_id).annotate(factors=factors))
        person = next((one.user for one in held if one.user_id == user_id), None)
        if person is None:
            found: User | None = super().get_user(user_id)
            return found
        person.office, person.held = held[0].office, held
        person.factors = held[0].factors  # type: ignore[attr-defined]
        return person if self.user_can_authenticate(person) else None
