"""The stages of a cycle, one function for each, to be read beside the paper.

SUBSAMPLE -> SCORE -> LOOK_AHEAD -> SELECT -> QUERY -> TRAIN -> EVALUATE -> (next cycle)

Algorithm 1 of the supplement (section E, spatial transformers), line by line:

     1, 14  every cycle                       `Session.run`
     2, 9   save tau, load it again           `look_ahead_theta.restored`
     3      sample                            `subsample.subsample`
     4      tau* maximises                    `augmentation.stn.learn_theta`, by `look_ahead_theta.look_ahead_theta`
     5      select                            `select_transforms.select_transforms`
     6      query                             `query.query`
     7      update the labelled set           `Pool.with_labels`
     8      augment the new ones with tau*    `acquired.acquired_in`, `augmentation.transformed.TransformedAcquired`
    10, 13  every epoch                       `train.train`
    11      theta and tau, labelled set       `augmentation.stn.TransformedImages.labelled_loss`
    12      theta alone, the set of line 8    `augmentation.transformed.TransformedAcquired.epoch_loss`
"""
