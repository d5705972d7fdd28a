"""Every command of `daylight`: one visible line each, in the order people meet them."""

from daylight.cli.commands import Command

COMMANDS: tuple[Command, ...] = (
    Command("run", "run", "Start everything: web, worker and outbox.", "daylight run --port 8080", listens=True),
    Command("prepare", "prepare", "Bring the database up to date, as after an upgrade.", "daylight prepare"),
    Command("web", "web", "Start the web processes alone.", "daylight web --port 8080", listens=True),
    Command("worker", "worker", "Start the worker alone.", "daylight worker --only reach.send"),
    Command("outbox", "outbox", "Start the built-in mail server that keeps mail at home.", "daylight outbox"),
    Command("bounces", "bounces", "Start the mail server that takes mail that comes back.", "daylight bounces"),
    Command(
        "members", "members", "List members, add one, make a sign-in link.", "daylight members link ana@firm.example"
    ),
    Command(
        "import",
        "import_",
        "Import customers or commitments from CSV, or a whole status page.",
        "daylight import customers people.csv",
    ),
    Command("demo", "demo", "Fill an empty installation with a made-up mail-order firm.", "daylight demo"),
    Command(
        "incident",
        "incident",
        "Declare, list and show incidents, send an update, resolve.",
        'daylight incident declare "Card payments fail" --severity 1',
    ),
    Command(
        "candour",
        "candour",
        "Read a draft as its customers will: what is missing, what is evasive.",
        "daylight candour draft.txt --stage update",
        stands_alone=True,
    ),
    Command("regimes", "regimes", "List and check the packs of what the law asks.", "daylight regimes check"),
    Command("evidence", "evidence", "Prove who was told what, when.", "daylight evidence verify daylight-evidence.zip"),
    Command(
        "on-hold",
        "on_hold",
        "Print what callers on hold hear, and the program for an Asterisk.",
        "daylight on-hold message",
    ),
    Command("audit", "audit", "Verify or show the audit trail.", "daylight audit verify"),
    Command("backup", "backup", "Copy everything into one file, also while running.", "daylight backup monday.tar.gz"),
    Command("restore", "restore", "Put back what a backup holds.", "daylight restore monday.tar.gz"),
    Command("settings", "settings", "Print the page of all settings.", "daylight settings"),
    Command("bench", "bench", "Measure.", "daylight bench due_rows"),
)
