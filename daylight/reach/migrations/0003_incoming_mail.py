from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """What was called returned mail holds every mail that comes in."""

    dependencies: ClassVar = [("reach", "0002_room_for_states")]

    operations: ClassVar = [
        migrations.RenameModel("ReturnedMail", "IncomingMail"),
        migrations.RenameModel("ReturnedMailPart", "IncomingMailPart"),
        migrations.AlterModelOptions(name="incomingmail", options={"verbose_name_plural": "incoming mail"}),
        migrations.RenameIndex("incomingmail", new_name="reach_incoming_mail_due", old_name="reach_returned_due"),
        migrations.RenameIndex("incomingmail", new_name="reach_incoming_mail_kept", old_name="reach_returned_kept"),
        migrations.RemoveConstraint("incomingmailpart", "reach_returned_part_once"),
        migrations.AddConstraint(
            "incomingmailpart",
            models.UniqueConstraint(fields=["mail", "number"], name="reach_incoming_part_once"),
        ),
    ]
