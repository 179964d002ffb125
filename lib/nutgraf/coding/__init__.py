"""Coding by people: which texts are drawn, what a coder sees and says, and what coders agree on.

`sampling` draws texts, `session` is one coder's way through them, `widget` shows it in a notebook, `articles` knows a desk's texts and says what
coders agree on. The codes themselves are `nutgraf.codes`.
"""
