"""The agent that sees, hears and reads videos: from an mp4 on disk to a vector and an opinion.

    encoder, losses = train(features_of_catalog(catalog), torch.Generator().manual_seed(0))
    reading = read_video("holiday.mp4")
    vector = embed(encoder, reading.features("Our holiday by the sea"))

Importing this package loads neither torch nor ffmpeg; its modules do.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
