"""Customer feedback and live customer journey maps."""

__version__ = "0.1.0"
