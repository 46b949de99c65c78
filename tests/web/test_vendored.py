"""Files of others are shipped as they were published, each with its licence."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import cjm_feedback

VENDOR = Path(cjm_feedback.__file__).parent / "static" / "vendor"


def test_the_manifest_tells_every_vendored_file_by_its_content() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))

    files = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }

    assert files
    assert manifest == files


def test_every_vendored_folder_names_its_version_and_holds_its_licence() -> None:
    folders = [path for path in VENDOR.iterdir() if path.is_dir()]

    assert folders
    for folder in folders:
        assert folder.name.rpartition("-")[2][:1].isdigit(), folder.name
        assert [path for path in folder.iterdir() if path.stem.upper().startswith("LICEN")]
