"""Where does a WSGI server find the application?"""

import os

from django.core.wsgi import get_wsgi_application

from sopdata.bodies import whole_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sopdata.settings")

application = whole_bodies(get_wsgi_application())
