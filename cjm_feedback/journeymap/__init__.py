"""From integer cells to figures with intervals, and their drawing."""
