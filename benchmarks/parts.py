"""Where the time of a room from a template goes, part by part, without a profiler's own weight.

Each part is timed by processor time over the same rooms, in one process; of several rounds the quickest counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from benchmarks.asked import Asked
from benchmarks.workspaces import Kind, generate
from provisioner.comparing.compare import differences
from provisioner.comparing.declared import declare, pack, unpack
from provisioner.manifests import data
from provisioner.manifests.documents import read_document
from provisioner.manifests.drafts import RoomDraft
from provisioner.manifests.files import read_manifests
from provisioner.manifests.folders import OnDisk
from provisioner.manifests.loading import template_target
from provisioner.manifests.templates import RenderedDocument, TemplateSet, library
from provisioner.workspace import load_values, open_workspace

ROOMS = 1_000
ROUNDS = 5


def parts(asked: Asked) -> Iterator[tuple[str, float]]:
    """What each part takes of a room's time, in microseconds."""
    workspace = open_workspace(generate(asked.folder / "parts", Kind.TEMPLATE, asked.size(ROOMS)).path)
    target = workspace.target(None)
    templates = TemplateSet(
        folder=OnDisk(workspace.root, library.FOLDER, is_closed=True),
        values=load_values(workspace, target),
        target=template_target(target),
        read_data=data.DataFolder(OnDisk(workspace.root, data.FOLDER)).read,
    )
    files = read_manifests(workspace.root).files

    def rendered() -> list[RenderedDocument]:
        return [document for file in files for document in templates.render(file.name, file.source).documents()]

    documents = rendered()
    drafts = [read.draft for document in documents for read in read_document(document)]
    rooms = [draft for draft in drafts if isinstance(draft, RoomDraft)]
    specs = [draft.room.spec for draft in rooms]
    packed = [pack(spec) for spec in specs]
    edited = [{**spec, "room_description": "another"} for spec in specs]
    yield "render the template", _quickest(rendered, len(rooms))
    yield "bind the values, check the room", _each(lambda document: list(read_document(document)), documents)
    yield "fingerprint", _each(_declared, rooms)
    yield "pack the spec", _each(pack, specs)
    yield "unpack it, where it is compared", _each(unpack, packed)
    yield "compare it with what was read", _each(lambda pair: differences(*pair), list(zip(edited, specs, strict=True)))


def _declared(draft: RoomDraft) -> object:
    return declare(draft.room, draft.secrets, keeps_spec=False)


def _each(work: Callable[..., object], items: Sequence[object]) -> float:
    return _quickest(lambda: [work(item) for item in items], len(items))


def _quickest(work: Callable[[], object], count: int) -> float:
    """Microseconds for each of so many."""
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times) / count * 1e6
