"""Files of answers, and the scores, tables and pictures computed from them. Nothing here needs TensorFlow."""
