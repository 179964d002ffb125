"""Reading: text to parts, quotations and sentences with a voice. Each module with a ``build`` is a measure."""
