"""Files → desired rooms. Pure once the files are read.

    rooms/**/*.yaml ─files─▶ text ─templates─▶ YAML ─binding─▶ data ─documents─▶ drafts ─resolve─▶ rooms

Rendering and checking run in a child process with limits, since manifests may come from a stranger's pull request;
`loading` is what runs there.
"""

from provisioner.manifests.drafts import Keeps
from provisioner.manifests.loading import Loaded, load

__all__ = ["Keeps", "Loaded", "load"]
