"""How well the classifier does: accuracy, classes, answers, gradients."""
