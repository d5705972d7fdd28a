"""Our news in the form of Statuspage, which many tools read: words, JSON and texts. Pure, but for `reading`."""
