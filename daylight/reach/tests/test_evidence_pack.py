"""An evidence pack says in a sentence what was done to it after it was signed."""

import random
import subprocess
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from conftest import START
from daylight.core.secrets import SealedField
from daylight.reach.evidence import signing
from daylight.reach.evidence.packing import bind
from daylight.reach.evidence.verifying import NotProven, verify
from daylight.reach.models import EvidenceKey

PARTS = {"evidence.jsonl": b'{"customer": "Zo\xc3\xab"}\n' * 200, "people.csv": b"customer,state\r\nZoe,told\r\n"}


class Signer:
    """A key and its public half."""

    def __init__(self) -> None:
        self.private = Ed25519PrivateKey.generate()
        self.public = self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


@pytest.fixture
def pack(tmp_path: Path, signer: Signer) -> Path:
    path = tmp_path / "pack.zip"
    bind(path, parts=PARTS, facts={"counts": {"told": 1}}, key=signer.private, public=signer.public, at=START)
    return path


def what_is_wrong(path: Path, *trusted: Signer) -> str:
    with pytest.raises(NotProven) as refused:
        verify(path, trusted=[each.public for each in trusted])
    return str(refused.value)


def repacked(path: Path, **changes: bytes | None) -> Path:
    """The same ZIP with parts changed (None takes one out), as somebody would do who has no key."""
    changed = path.with_name("changed.zip")
    parts = {name.replace(".", "_").replace("-", "_"): name for name in ZipFile(path).namelist()}
    with ZipFile(path) as before, ZipFile(changed, "w", ZIP_DEFLATED) as after:
        for known, name in parts.items():
            content = changes.get(known, before.read(name))
            if content is not None:
                after.writestr(name, content)
        for known in changes.keys() - parts.keys():
            after.writestr(known, changes[known] or b"")
        after.comment = before.comment
    return changed


def test_a_pack_as_it_was_signed_is_proven(pack: Path, signer: Signer) -> None:
    proven = verify(pack, trusted=[signer.public])

    assert proven.manifest["counts"] == {"told": 1}
    assert {file["name"]: file["size"] for file in proven.manifest["files"]}["people.csv"] == len(PARTS["people.csv"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"people_csv": b"customer,state\r\nZoe,failed\r\n"}, "people.csv was changed"),
        ({"evidence_jsonl": None}, "evidence.jsonl was taken out"),
        ({"more": b"a line"}, "more was added"),
        ({"manifest_json": b"{}"}, "manifest.json or its signature was changed"),
        ({"manifest_sig": b"0" * 64}, "manifest.json or its signature was changed"),
        ({"manifest_sig": None}, "manifest.sig is missing"),
        ({"README_txt": b"Believe this."}, "README.txt was changed"),
        ({}, "the ZIP around them was changed"),
    ],
)
def test_what_was_changed_is_named(pack: Path, signer: Signer, changes: dict[str, bytes | None], words: str) -> None:
    assert words in what_is_wrong(repacked(pack, **changes), signer)


def test_every_byte_counts(pack: Path, signer: Signer, tmp_path: Path) -> None:
    whole = pack.read_bytes()
    places = {*range(0, len(whole), 7), *range(len(whole) - 120, len(whole)), *random.sample(range(len(whole)), 100)}
    changed = tmp_path / "changed.zip"

    for place in places:
        changed.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert what_is_wrong(changed, signer).endswith(".")


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x03\x04"])
def test_what_is_no_pack_is_refused(tmp_path: Path, signer: Signer, content: bytes) -> None:
    path = tmp_path / "other.zip"
    path.write_bytes(content)

    assert "not a whole evidence pack" in what_is_wrong(path, signer)


def test_a_pack_cut_short_or_with_something_behind_it_is_refused(pack: Path, signer: Signer) -> None:
    whole = pack.read_bytes()
    for content in (whole[:-1], whole[: len(whole) // 2], whole + b"x"):
        pack.write_bytes(content)
        assert what_is_wrong(pack, signer)


def test_a_pack_of_somebody_else_names_their_key(pack: Path, signer: Signer) -> None:
    said = what_is_wrong(pack, Signer())

    assert signing.fingerprint(signer.private.public_key()) in said
    assert "another key" in said


def test_a_thief_who_signs_anew_is_found_by_the_key(pack: Path, signer: Signer, tmp_path: Path) -> None:
    thief, forged = Signer(), tmp_path / "forged.zip"
    bind(forged, parts=PARTS, facts={}, key=thief.private, public=thief.public, at=START)

    assert "another key" in what_is_wrong(forged, signer)


def test_the_manifest_is_checked_by_common_tools_too(pack: Path, signer: Signer, tmp_path: Path) -> None:
    ZipFile(pack).extractall(tmp_path)
    words = [
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        "public-key.pem",
        "-rawin",
        "-in",
        "manifest.json",
        "-sigfile",
        "manifest.sig",
    ]
    try:
        done = subprocess.run(["openssl", *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no openssl on this machine")

    assert "Verified Successfully" in done.stdout, done.stderr


@pytest.mark.django_db
def test_the_key_of_the_installation_is_made_once_and_sealed() -> None:
    first, second = signing.the_key(START), signing.the_key(START)

    assert first.fingerprint == second.fingerprint == signing.fingerprint(signing.private_key(first).public_key())
    assert isinstance(EvidenceKey._meta.get_field("private"), SealedField)
    assert "PRIVATE" not in str(EvidenceKey.objects.extra(select={"raw": "private"}).values_list("raw", flat=True)[0])


@pytest.mark.django_db
def test_a_key_sealed_with_another_secret_key_is_explained(settings) -> None:  # type: ignore[no-untyped-def]
    signing.the_key(START)
    settings.SECRET_KEY = "another"

    with pytest.raises(signing.KeyUnreadable, match="former DAYLIGHT_SECRET_KEY"):
        signing.the_key(START)
