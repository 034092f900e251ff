"""What customers will buy: BG/NBD and Gamma-Gamma. The one room that needs numpy and scipy (the extra `predict`)."""
