"""Words that staff write in the place of ours: message templates in Liquid, checked before they can be saved."""
