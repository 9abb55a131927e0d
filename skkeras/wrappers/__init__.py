"""The scikit-learn contract over Keras models, with SciKeras' parameters and routing."""
