"""Qt widgets that show a document and report what the artist wants; they change nothing."""
