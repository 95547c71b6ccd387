"""The WSGI entry point: `gunicorn app:app`, and what `flask` finds."""

from sandbox import create_app

app = create_app()
