"""The file of assets that a target's embedded service has besides its own: `assets:` in `provisioner.yaml`.

- {asset_name: Sara, asset_type: HUMAN_MODEL_2D}
- {asset_name: Shop window, asset_type: IMAGE, asset_id: 5b8a0f6de1d94d0c9a4c7d1e2f3a4b5c}
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from provisioner.assets import USABLE, Asset
from provisioner.checking import Place, read_as
from provisioner.diagnostics import Diagnostic, in_order
from provisioner.errors import FindingsError
from provisioner.text_files import read_text, relative_name
from provisioner.yaml_source import Document, Route, parse_documents


class AssetModel(BaseModel):
    """An asset, in the words of the API (vendor SDK: DigitalAssetInfo)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    asset_name: Annotated[str, Field(min_length=1, max_length=256, description="Its name.")]
    asset_type: Annotated[
        Literal["HUMAN_MODEL_2D", "VOICE_MODEL", "IMAGE", "VIDEO", "AUDIO", "MUSIC"],
        Field(description="What it is: a person, a voice, a picture, a film, a recording or music."),
    ]
    asset_id: Annotated[
        str | None,
        Field(pattern=r"^[0-9A-Za-z_-]{1,64}$", description="Its id; without one, it is made of name and type."),
    ] = None
    asset_state: Annotated[
        Literal["CREATING", "FAILED", "UNACTIVED", "ACTIVED", "DELETING", "DELETED", "BLOCK", "WAITING_DELETE"] | None,
        Field(description="Its state. Default ACTIVED."),
    ] = None


def read_assets(root: Path, file: Path) -> tuple[Asset, ...]:
    """The assets that a file of a workspace lists. Raises FindingsError for what is wrong with it."""
    parsed = parse_documents(read_text(root, file), relative_name(root, file))
    if parsed.findings:
        raise FindingsError(parsed.findings)
    findings: list[Diagnostic] = []
    assets = [asset for document in parsed.documents for asset in _assets(document, findings)]
    if findings:
        raise FindingsError(in_order(findings))
    return tuple(assets)


def _assets(document: Document, findings: list[Diagnostic]) -> Iterator[Asset]:
    def locate(route: Route, *, key: bool = False) -> Place:
        return Place(document.span(route, key=key))

    value: Any = document.value()
    if not isinstance(value, list):
        findings.append(
            locate(()).error("wrong-type", "assets are a list: write `- {asset_name: …, asset_type: …}` lines")
        )
        return
    seen: set[str] = set()
    for position, entry in enumerate(value):
        model, wrong = read_as(AssetModel, entry, locate, route=(position,))
        findings.extend(wrong)
        if model is None:
            continue
        asset_id = model.asset_id or _id_of(model)
        if asset_id in seen:
            findings.append(
                locate((position,)).error("duplicate-asset", "another asset has this id; give each its own")
            )
        seen.add(asset_id)
        yield Asset(asset_id, model.asset_name, model.asset_type, model.asset_state or USABLE)


def _id_of(model: AssetModel) -> str:
    return hashlib.sha256(f"{model.asset_type} {model.asset_name}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
