"""pgAdmin 4 in server mode, one user, its own pages: `python pgadmin.py PORT FOLDER`."""
import importlib.util
import os
import pathlib
import runpy
import sys

port, folder = sys.argv[1], sys.argv[2]
home = list(importlib.util.find_spec("pgadmin4").submodule_search_locations)[0]
local = pathlib.Path(folder, "local")
local.mkdir(parents=True)
(local / "config_local.py").write_text(f"""
SERVER_MODE = True
DATA_DIR = {folder!r}
LOG_FILE = {folder + "/log"!r}
SQLITE_PATH = {folder + "/db"!r}
SESSION_DB_PATH = {folder + "/sessions"!r}
STORAGE_DIR = {folder + "/storage"!r}
AZURE_CREDENTIAL_CACHE_DIR = {folder + "/azure"!r}
DEFAULT_SERVER = "127.0.0.1"
DEFAULT_SERVER_PORT = {port}
UPGRADE_CHECK_ENABLED = False
MASTER_PASSWORD_REQUIRED = False
MFA_ENABLED = True
MFA_SUPPORTED_METHODS = ["authenticator"]
""")
os.environ.update(PGADMIN_SETUP_EMAIL="ada@example.com", PGADMIN_SETUP_PASSWORD="a password of the site")
sys.path[:0] = [str(local), home]
os.chdir(home)
sys.argv = ["pgAdmin4.py"]
runpy.run_path(os.path.join(home, "pgAdmin4.py"), run_name="__main__")
