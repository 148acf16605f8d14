"""JupyterHub with its Native Authenticator, which shows its key as text: `python jupyter_hub.py PORT FOLDER`."""
import os
import pathlib
import socket
import sys

import nativeauthenticator

port, folder = sys.argv[1], sys.argv[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


config = pathlib.Path(folder, "jupyterhub_config.py")
config.write_text(f"""
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {free_port()}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{free_port()}"
c.ConfigurableHTTPProxy.command = ["{sys.prefix}/node_modules/.bin/configurable-http-proxy"]
c.ConfigurableHTTPProxy.pid_file = "{folder}/proxy.pid"
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie_secret"
c.JupyterHub.template_paths = ["{os.path.dirname(nativeauthenticator.__file__)}/templates/"]
c.JupyterHub.authenticator_class = "native"
c.JupyterHub.spawner_class = "simple"
c.JupyterHub.redirect_to_server = False
c.NativeAuthenticator.allow_2fa = True
c.NativeAuthenticator.open_signup = True
c.Authenticator.allow_all = True
""")
os.chdir(folder)
os.execv(sys.executable, [sys.executable, "-m", "jupyterhub", "-f", str(config)])
