"""Parameters of a pretrained network that trains quickly."""

QUICK = {
    "backbone": "MobileNet",
    "weights": None,
    "epochs": 3,
    "batch_size": 8,
    "fine_tune_epochs": 2,
    "random_state": 0,
}
