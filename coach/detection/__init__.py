"""What is wrong with a plan: text in, judgements with exact offsets out."""
