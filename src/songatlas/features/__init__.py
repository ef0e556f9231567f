"""From a track to numbers: what is heard (:mod:`.audio`) and what is written (:mod:`.text`)."""
