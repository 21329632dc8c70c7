"""Figures of merit, apart from what makes the data and what makes the predictions."""
