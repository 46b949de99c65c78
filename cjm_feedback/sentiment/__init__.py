"""From text to polarity, emotion and the words that prove it."""
