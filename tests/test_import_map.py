"""Imports point one way, the pure parts touch nothing of the world, and each library has one home."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "provisioner"

FOUNDATION = {"", "assets", "clock", "diagnostics", "errors", "exit_codes", "guards", "rooms", "secrets", "windows"}
"""Values that every part may use; `""` is the package itself, for its version."""

READING = {"checking", "model_fields", "text_files", "workspace", "workspace_file", "yaml_source"}
EDGES = {"secret_store", "sightings", "snapshots", "survey", "workers"}
MIDDLE = {"comparing", "manifests", "observe", "observed", "planning", "applying", "reports"}

MAY_IMPORT: dict[str, set[str]] = {
    "text_files": set(),
    "yaml_source": set(),
    "model_fields": {"yaml_source"},
    "metastudio": set(),
    "marker": set(),
    "checking": {"metastudio", "model_fields", "yaml_source"},
    "advice": {"checking", "yaml_source"},
    "workspace_file": {"advice", "checking", "metastudio", "yaml_source"},
    "workspace": {"advice", "metastudio", *READING},
    "emulator": {"metastudio"},
    "comparing": {"metastudio"},
    "workers": set(),
    "manifests": {"advice", "comparing", "marker", "metastudio", "workers", *READING},
    "library": {"checking", "comparing", "metastudio", "paging", "text_files", "yaml_source"},
    "observed": {"marker", "metastudio"},
    "observe": {"marker", "metastudio", "observed", "paging"},
    "paging": set(),
    "files": set(),
    "git": set(),
    "revisions": {"git"},
    "secret_store": set(),
    "sightings": {"comparing", "marker", "observed", "planning"},
    "planning": {"comparing", "marker", "metastudio", "observed"},
    "survey": {"comparing", "metastudio", "observed", "planning", "workers"},
    "snapshots": {
        *("comparing", "marker", "metastudio", "observe", "observed", "planning", "reports", "survey", "workspace"),
    },
    "applying": {"comparing", "marker", "metastudio", "observe", "observed", "planning"},
    "importing": {"advice", "checking", "comparing", "manifests", "metastudio", "observed", "planning", "yaml_source"},
    "formatting": {"manifests", "yaml_source"},
    "reports": {"advice", "applying", "comparing", "importing", "marker", "metastudio", "observed", "planning"},
    "schemas": {"manifests", "metastudio", "reports", "snapshots", "workspace_file"},
    "commands": {
        "advice",
        "emulator",
        "files",
        "formatting",
        "git",
        "importing",
        "library",
        "marker",
        "metastudio",
        "revisions",
        "schemas",
        "secret_store",
        "sightings",
        "snapshots",
        "survey",
        "workers",
        *READING,
        *MIDDLE,
    },
    "cli": {"commands"},
    "__main__": {"cli"},
}
"""The parts of the package and what each may use. A part that is not here has no place yet: give it one."""

HOMES: dict[str, tuple[str, ...]] = {
    "deepdiff": ("comparing",),
    "distributed": ("workers",),
    "httpx": ("metastudio", "emulator", "commands"),
    "huaweicloudsdkcore": ("metastudio",),
    "jinja2": ("manifests.templates", "reports.html"),
    "markupsafe": ("manifests.templates", "reports.html"),
    "pydantic": (
        *(
            "checking",
            "emulator",
            "library",
            "manifests",
            "metastudio",
            "model_fields",
            "schemas",
            "workspace_file",
        ),
    ),
    "pydantic_core": ("metastudio", "emulator", "manifests", "workspace_file", "checking", "model_fields"),
    "rich": ("cli", "commands", "reports"),
    "ruamel": ("yaml_source",),
    "starlette": ("emulator",),
    "typer": ("cli", "commands"),
    "typing_extensions": ("reports", "schemas", "snapshots"),
    "uvicorn": ("emulator", "commands"),
}
"""Where each library may be imported; its exceptions stay there."""

OWN_FILES = ("reports.html",)
"""Pure parts that read files of the package itself, which are the same everywhere."""

PURE = (
    *("advice", "assets", "comparing", "formatting", "importing", "library.names", "planning", "reports", "schemas"),
)
WORLD = (
    *("asyncio", "httpx", "io", "os", "pathlib", "random", "secrets", "shutil", "socket", "sqlite3", "subprocess"),
    *("importlib", "sys", "tempfile", "threading", "time", "urllib.request"),
)


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the package as a dotted name below `provisioner`, parsed."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        yield ".".join(part for part in parts if part != "__init__"), ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    """What a module imports, wherever in it, as absolute dotted names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative imports hide the direction"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_in(dotted: str, homes: tuple[str, ...]) -> bool:
    """Whether a dotted name is one of these or below one of them."""
    return any(dotted == home or dotted.startswith(f"{home}.") for home in homes)


def part_of(dotted: str) -> str:
    """The part of the map to which a module belongs."""
    return dotted.partition(".")[0]


PARTS = {part_of(name) for name, _ in modules()}


def parts_used(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What a module imports of our own: the name, and the part it belongs to."""
    for imported in imports(tree):
        top, _, below = imported.partition(".")
        if top == "provisioner":
            yield imported, part_of(below) if part_of(below) in PARTS else ""


def test_imports_point_one_way() -> None:
    wrong = [
        f"provisioner.{name} imports {imported}"
        for name, tree in modules()
        for imported, part in parts_used(tree)
        if part not in FOUNDATION | {part_of(name)} | MAY_IMPORT.get(part_of(name), set())
    ]
    assert not wrong


def test_every_part_has_a_place_on_the_map() -> None:
    assert not PARTS - FOUNDATION - set(MAY_IMPORT)


def test_no_parts_import_each_other_in_a_circle() -> None:
    left: dict[str, set[str]] = {part: set() for part in PARTS - {""}}
    for name, tree in modules():
        if name:
            left[part_of(name)] |= {part for _, part in parts_used(tree)} - {part_of(name)}
    while left:
        free = {part for part, used in left.items() if not used & set(left)}
        assert free, f"imports go in a circle among {sorted(left)}"
        left = {part: used for part, used in left.items() if part not in free}


def imported_at_once(tree: ast.Module) -> Iterator[str]:
    """What a module imports while it is itself imported, which is at its top."""
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imports(ast.Module([node], []))


def test_a_module_can_be_imported_before_any_other() -> None:
    """No modules wait for each other, so what a command imports never depends on what was imported before."""
    names = {f"provisioner.{name}".rstrip(".") for name, _ in modules()}
    left = {
        f"provisioner.{name}".rstrip("."): {
            imported if imported in names else imported.rpartition(".")[0]
            for imported in imported_at_once(tree)
            if imported.startswith("provisioner.")
        }
        for name, tree in modules()
    }
    assert left["provisioner.commands.guarded"], "imports are found"
    while left:
        free = {name for name, used in left.items() if not used & set(left) - {name}}
        assert free, f"imports go in a circle among {sorted(left)}"
        left = {name: used for name, used in left.items() if name not in free}


def test_comparing_planning_and_reports_touch_nothing_of_the_world() -> None:
    """No file, network, environment, randomness or clock, neither imported nor called."""
    wrong = []
    for name, tree in modules():
        if not is_in(name, PURE):
            continue
        own = ("importlib.resources",) if is_in(name, OWN_FILES) else ()
        wrong += [
            f"{name} imports {imported}"
            for imported in imports(tree)
            if is_in(imported, WORLD) and not is_in(imported, own)
        ]
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Name(id="open" | "input" | "print" as called)
                    | ast.Attribute(attr="now" | "today" | "utcnow" as called)
                ):
                    wrong.append(f"{name}:{node.lineno} calls {called}")
    assert not wrong


def test_each_library_is_imported_only_at_home() -> None:
    wrong = [
        f"provisioner.{name} imports {imported}"
        for name, tree in modules()
        for imported in imports(tree)
        if (library := part_of(imported)) != "provisioner"
        and library not in sys.stdlib_module_names
        and not is_in(name, HOMES.get(library, ()))
    ]
    assert not wrong


def test_the_embedded_service_shares_models_with_the_client_and_nothing_else() -> None:
    """It is written from the service's documents, so that it can judge the client."""
    shared = {
        imported
        for name, tree in modules()
        if part_of(name) == "emulator"
        for imported, part in parts_used(tree)
        if part == "metastudio"
    }
    assert not [name for name in shared if not is_in(name, ("provisioner.metastudio.models",))]


def test_the_pure_parts_load_no_network() -> None:
    """Not even by way of what they import."""
    loaded = "import sys, provisioner.planning.planner, provisioner.planning.saved, provisioner.reports.plan_text"
    program = f"{loaded}; print({{'httpx', 'sqlite3', 'jinja2'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
