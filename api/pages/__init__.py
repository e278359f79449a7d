"""The pages: templates, scripts, words and what each page shows."""
