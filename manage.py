#!/usr/bin/env python
"""Django's command line. Knows which settings to use and nothing else."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartplus_admin.settings")
    if sys.argv[1:2] == ["demo"]:
        # Before the settings are read, and for every process the supervisor starts.
        os.environ.setdefault("SMARTPLUS_DEMO", "1")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
