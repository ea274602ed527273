"""`manage.py restore DIR`: a backup into an empty database; with --check only into a scratch one that is dropped again."""

from __future__ import annotations

import json
import shutil
import tarfile
from contextlib import suppress
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from center.evidence import destruction
from center.evidence.privileges import grant
from center.privacy import keycheck
from config import dump, ownserver
from config.owner import as_owner

if TYPE_CHECKING:
    import psycopg


class Command(BaseCommand):
    help = "Bring back a backup that `backup` wrote. Refuses to write over a database that holds a center."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--check", action="store_true", help="restore into a scratch database, count, drop it")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"].resolve()
        if settings.CLUSTER is not None:
            settings.CLUSTER.ensure()
        ownserver.insist(on_scratch=options["check"])
        self.verify(folder)
        try:
            if options["check"]:
                self.rehearse(folder)
                return
            if self.holds_a_center():
                raise CommandError(
                    "This database holds a center. Restore into an empty one, then point DATA_DIR at it."
                )
            dump.restore(folder / "database.dump")
        except dump.DumpFailed as error:
            raise CommandError(str(error)) from error
        with as_owner():
            grant()
        self.documents(folder / "documents.tar")
        self.outside(folder)
        call_command("verify_ledger", stdout=self.stdout)
        self.keys()
        try:
            call_command("replay_destructions", stdout=self.stdout)
        except ImproperlyConfigured:
            self.stdout.write("Put the keys back, then run `manage.py replay_destructions` before the first login.")
        self.stdout.write("Restored. Put the keys back before the first login.")

    def rehearse(self, folder: Path) -> None:
        """Whether it comes back, and whether the keys that lie here open it."""
        tables, marks = dump.rehearse(folder / "database.dump", _tables_and_marks)
        self.stdout.write(f"The backup restores: {tables} tables.")
        try:
            wrong = keycheck.faults(marks)
        except ImproperlyConfigured:
            self.stdout.write("No keys lie here: whether they open it was not tried.")
            return
        if wrong:
            raise CommandError(" ".join(wrong))
        self.stdout.write("The keys that lie here open it.")

    @staticmethod
    def keys() -> None:
        """Nothing is written under keys that are not the backup's; keys that are still to be put back are asked for later."""
        with suppress(ImproperlyConfigured):
            if wrong := keycheck.faults():
                raise CommandError("Restored, but nothing more was done: " + " ".join(wrong))

    @staticmethod
    def outside(folder: Path) -> None:
        """The seal heads are those of the backup, newer ones are set aside; destructions of both are kept."""
        heads = Path(settings.SEAL_HEADS_FILE)
        if heads.exists():
            heads.rename(heads.with_name(f"{heads.name}.before-{folder.name}"))
        if (folder / "seal-heads").exists():
            shutil.copyfile(folder / "seal-heads", heads)
        if (folder / settings.NAME_FILE.name).exists():
            shutil.copyfile(folder / settings.NAME_FILE.name, settings.NAME_FILE)
        kept = [
            path.read_text().splitlines() for path in (folder / "destroyed.jsonl", destruction.log()) if path.exists()
        ]
        if kept:
            lines = dict.fromkeys(line for part in kept for line in part)
            destruction.log().write_text("".join(f"{line}\n" for line in lines))

    @staticmethod
    def holds_a_center() -> bool:
        """As the owner: a restore that broke off has left tables that nobody else may read."""
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('center_office') IS NOT NULL")
            if not cursor.fetchone()[0]:
                return False
            cursor.execute("SELECT EXISTS (SELECT FROM center_office)")
            return bool(cursor.fetchone()[0])

    @staticmethod
    def verify(folder: Path) -> None:
        """Every file is what was written; a missing or changed one stops before anything is touched."""
        try:
            wanted: dict[str, str] = json.loads((folder / "contents.json").read_text())
        except (OSError, ValueError) as error:
            raise CommandError(f"{folder} is no finished backup: {error}") from error
        if not isinstance(wanted, dict) or not wanted.keys() >= {"database.dump", "documents.tar"}:
            raise CommandError(f"{folder} is no finished backup: contents.json names no database and no documents.")
        for name, digest in wanted.items():
            path = folder / name
            if not path.exists():
                raise CommandError(f"{name} is missing from the backup.")
            with path.open("rb") as lines:
                if file_digest(lines, "sha256").hexdigest() != digest:
                    raise CommandError(f"{name} is not the file that was backed up.")
        try:
            with tarfile.open(folder / "documents.tar") as archive:
                archive.getmembers()
        except (tarfile.TarError, OSError, EOFError) as error:
            raise CommandError(f"documents.tar cannot be read: {error}") from error

    @staticmethod
    def documents(path: Path) -> None:
        """Every file of the archive below MEDIA_ROOT's folder; tarfile's own filters are younger than Debian 12."""
        target = Path(settings.MEDIA_ROOT).parent.resolve()
        with tarfile.open(path) as archive:
            for member in filter(tarfile.TarInfo.isfile, archive):
                place = (target / member.name).resolve()
                content = archive.extractfile(member)
                if content is None or not place.is_relative_to(target):
                    raise CommandError(f"{path.name} holds {member.name}, which is no document of this center.")
                place.parent.mkdir(parents=True, exist_ok=True)
                with content, place.open("wb") as written:
                    shutil.copyfileobj(content, written)
                place.chmod(settings.FILE_UPLOAD_PERMISSIONS)


def _tables_and_marks(restored: psycopg.Connection) -> tuple[int, dict[str, str]]:
    """How many tables came back, and the marks of the keys under which they were written."""
    tables = restored.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    marks = restored.execute("SELECT value FROM center_setting WHERE name = %s", [keycheck.NAME]).fetchone()
    return int(tables[0]) if tables else 0, dict(marks[0]) if marks else {}
