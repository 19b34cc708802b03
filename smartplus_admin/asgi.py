"""The ASGI door. Nothing here needs it; it stands for servers that speak nothing else."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartplus_admin.settings")
application = get_asgi_application()
