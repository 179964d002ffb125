"""Publishing: executed notebooks to accessible HTML, and the site they stand in."""
