"""Nutgraf: how a story was told, with the evidence behind every number."""

__version__ = "0.1.0"
#: Environment variable that is set for a run that leaves models out, and for the kernels that it starts.
WITHOUT_MODELS = "NUTGRAF_WITHOUT_MODELS"
