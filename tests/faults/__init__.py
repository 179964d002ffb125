"""Breaking a run on purpose: kills, full and failing disks, damaged files, many starts at once. Real processes, real notebooks."""
