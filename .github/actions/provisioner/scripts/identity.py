"""Keyless credentials: the job's identity as a token in a file, for as long as one command runs.

The runner hands out a token for an audience; Huawei Cloud's IAM trusts its issuer and gives short-lived keys for it.
The vendor's credential chain reads the file that `HUAWEICLOUD_OIDC_TOKEN_FILE` names (with
`HUAWEICLOUD_OIDC_PROVIDER_URN` and `HUAWEICLOUD_OIDC_AGENCY_URN`, for an agency) or `HUAWEICLOUD_SDK_ID_TOKEN_FILE`
(with `HUAWEICLOUD_SDK_IDP_ID`, for an identity provider).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from runner import StepError, mask, optional

TOKEN_FILE_VARIABLES = ("HUAWEICLOUD_OIDC_TOKEN_FILE", "HUAWEICLOUD_SDK_ID_TOKEN_FILE")
_WHERE = "give the job that calls the workflow `permissions: id-token: write`"


@contextmanager
def token_file(audience: str) -> Iterator[dict[str, str]]:
    """The variables that name the file; it is readable by its owner only, and gone with the block."""
    token = _token(audience)
    mask(token)
    with tempfile.TemporaryDirectory(dir=optional("RUNNER_TEMP") or None) as folder:
        file = Path(folder) / "id-token"
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
            stream.write(token)
        yield dict.fromkeys(TOKEN_FILE_VARIABLES, str(file))


def _token(audience: str) -> str:
    address, bearer = optional("ACTIONS_ID_TOKEN_REQUEST_URL"), optional("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    if not address or not bearer:
        raise StepError(f"This job may not ask for an identity token: {_WHERE}.")
    url = httpx.URL(address).copy_merge_params({"audience": audience})
    try:
        answer = httpx.get(url, headers={"Authorization": f"Bearer {bearer}"}, timeout=30)
        value = answer.json()["value"] if answer.is_success else None
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise StepError(f"The runner gave no identity token ({type(error).__name__}); run the job again.") from None
    if not isinstance(value, str) or not value.isascii() or not value:
        raise StepError(f"The runner gave no identity token (HTTP {answer.status_code}): {_WHERE}.")
    return value
