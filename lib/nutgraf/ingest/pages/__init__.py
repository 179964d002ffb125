"""HTML pages to records: body, what the page says of itself, and profiles of outlets."""
