"""`manage.py backup DIR`: the database, the encrypted documents and the seal heads, in one folder with digests."""

from __future__ import annotations

import json
import shutil
import tarfile
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from center.evidence import destruction, seals
from center.models import Setting
from config import dump, ownserver


class Command(BaseCommand):
    help = "Write a backup below DIR. The keys are not in it: they are kept elsewhere, by purpose."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keep", type=int, default=0, help="remove all but the newest N backups of this folder")

    def handle(self, *args: Any, **options: Any) -> None:
        ownserver.insist()
        seals.seal()
        stamp = timezone.localtime().strftime("%Y%m%d-%H%M%S")
        target: Path = options["folder"].resolve() / f"center-{stamp}"
        scratch = target.with_name(target.name + ".unfinished")
        scratch.mkdir(parents=True, mode=0o700)
        try:
            dump.write(scratch / "database.dump")
            self.documents(scratch / "documents.tar")
            if Path(settings.SEAL_HEADS_FILE).exists():
                shutil.copyfile(settings.SEAL_HEADS_FILE, scratch / "seal-heads")
            if destruction.log().exists():
                shutil.copyfile(destruction.log(), scratch / "destroyed.jsonl")
            if settings.NAME_FILE.exists():
                shutil.copyfile(settings.NAME_FILE, scratch / settings.NAME_FILE.name)
            (scratch / "contents.json").write_text(json.dumps(self.contents(scratch), indent=1))
        except dump.DumpFailed as error:
            shutil.rmtree(scratch, ignore_errors=True)
            raise CommandError(str(error)) from error
        scratch.rename(target)
        Setting.objects.update_or_create(name="last_backup", defaults={"value": timezone.now().isoformat()})
        self.forget_old(options["folder"].resolve(), options["keep"])
        self.stdout.write(f"Backup written: {target}")

    @staticmethod
    def documents(path: Path) -> None:
        with tarfile.open(path, "w") as archive:
            if Path(settings.MEDIA_ROOT).exists():
                archive.add(settings.MEDIA_ROOT, arcname="documents")

    @staticmethod
    def contents(folder: Path) -> dict[str, str]:
        found = {}
        for path in sorted(folder.iterdir()):
            with path.open("rb") as lines:
                found[path.name] = file_digest(lines, "sha256").hexdigest()
        return found

    @staticmethod
    def forget_old(folder: Path, keep: int) -> None:
        if keep > 0:
            for old in sorted(folder.glob("center-*"))[:-keep]:
                shutil.rmtree(old)
