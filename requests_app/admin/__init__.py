"""Floor 4, a door: Django admin for settings and people; states and records are read-only there.

Each module registers its own desks; nothing else is registered, since the app's configuration
imports this package and nothing is discovered by itself.
"""

from requests_app.admin import (
    calendars,
    directory,
    editions,
    numbering,
    offices,
    papers,
    people,
    records,
)

__all__ = [
    "calendars",
    "directory",
    "editions",
    "numbering",
    "offices",
    "papers",
    "people",
    "records",
]
