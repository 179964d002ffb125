"""Frames learnt from codes that people gave: fitting, and saying honestly how right it is.

`coded` holds what people said of each text, `folds` parts texts so that a model is asked only about what it never saw, `fitting` makes a model,
`crossvalidation` asks it, and `curve` says what more codes would bring. `nutgraf.measures.frame_model` is the model itself.
"""

from nutgraf.learning.coded import Coded, Usable, usable
from nutgraf.learning.crossvalidation import Said, asked, said
from nutgraf.learning.curve import Curve, curve
from nutgraf.learning.fitting import fitted
from nutgraf.learning.folds import by_group, official, stratified

__all__ = ["Coded", "Curve", "Said", "Usable", "asked", "by_group", "curve", "fitted", "official", "said", "stratified", "usable"]
