"""Measures: finding them, knowing their versions, and measuring what is missing.

`registry` knows the measures, `stored` what of them lies in tables, `working` runs them on documents, `workers` has other processes do so,
and `batches` does all of it for the articles of a desk.
"""

from nutgraf.measuring.batches import BATCH, Progress, measure
from nutgraf.measuring.registry import Registry
from nutgraf.measuring.stored import Input, done, lacking_of, missing, rows_of, work_id
from nutgraf.measuring.tabled import joined, to_tables
from nutgraf.measuring.workers import default_workers, usable_cpus
from nutgraf.measuring.working import measure_in_memory, run_measure

__all__ = [
    "BATCH", "Input", "Progress", "Registry", "default_workers", "done", "joined", "lacking_of", "measure", "measure_in_memory", "missing", "rows_of",
    "run_measure", "to_tables", "usable_cpus", "work_id",
]  # fmt: skip
