"""Pages with known truth: made-up forms and tables, typeset, then damaged by kind and severity."""
