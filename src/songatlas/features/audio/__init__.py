"""From an audio file to frame-wise features, and from frames to the windows that a model sees.

``decode → power_blocks → mfcc, chroma, contrast → FrameFeatures → window_statistics``
"""
