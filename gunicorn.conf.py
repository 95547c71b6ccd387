"""How the web server runs: threads for slow clients, no control socket, and no proxy believed unless it is named.

Environment: PORT or SANDBOX_BIND (address), SANDBOX_WEB_WORKERS, SANDBOX_WEB_THREADS, SANDBOX_TRUSTED_PROXIES
(comma-separated addresses whose X-Forwarded-* headers count), SANDBOX_ACCESS_LOG (a file, or "-" for standard output).
"""

import gc
import os

bind = os.environ.get("SANDBOX_BIND") or f"127.0.0.1:{os.environ.get('PORT') or '5000'}"

# Threads, because forty slow posts would hold every worker of the plain kind.
worker_class = "gthread"
workers = int(os.environ.get("SANDBOX_WEB_WORKERS") or 2)
threads = int(os.environ.get("SANDBOX_WEB_THREADS") or 4)

# Each worker builds its own application: connections and the access-log file belong to one process.
preload_app = False
timeout = 60
graceful_timeout = 30
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000


def post_worker_init(_worker):
    """The application lives as long as its worker: the collector need not walk over it again and again."""
    gc.collect()
    gc.freeze()


# gunicorn 27 opens a control socket in the home directory unless told not to.
control_socket_disable = True

# X-Forwarded-* of a client who is not a named proxy is ignored.
forwarded_allow_ips = os.environ.get("SANDBOX_TRUSTED_PROXIES") or "127.0.0.1"
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190

# The trail and the access log of confidential content are the portal's own; a web log would only repeat addresses.
accesslog = os.environ.get("SANDBOX_ACCESS_LOG") or None
errorlog = "-"
loglevel = os.environ.get("SANDBOX_LOG_LEVEL") or "warning"
proc_name = "joint-sandbox-portal"
