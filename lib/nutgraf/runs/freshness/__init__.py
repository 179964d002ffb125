"""Whether an edition is stale, and which part of its key changed."""
