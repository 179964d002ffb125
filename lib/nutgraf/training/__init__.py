"""How the models that ship were made; needs the extra ``training``, which nothing else does."""
