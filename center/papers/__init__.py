"""Paper: documents that come in, prints that go out, and the codes by which one finds the other."""
