"""How does gunicorn serve this? `gunicorn -c python:sopdata.server sopdata.wsgi`, everywhere."""

import os

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sopdata.settings")

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{settings.PORT}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
# WeasyPrint and long uploads need more than the page's 30 seconds of database time
timeout = 120
graceful_timeout = 10
# a worker that lives for ever keeps every leak of every library for ever
max_requests = 5000
max_requests_jitter = 500
# what is written passes the filter that hides links and codes
logconfig_dict = settings.LOGGING
proc_name = "sopdata"
umask = 0o077
