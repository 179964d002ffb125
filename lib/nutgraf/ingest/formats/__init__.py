"""Kinds of files to records: feeds, exports, texts, lists of addresses, archives. Each reads bytes and knows nothing of a desk."""
