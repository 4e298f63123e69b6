"""The report of a stored result: one HTML page and one PDF, made from its tables, figures and manifest alone.

`contents` reads a folder, `sentences` makes text from numbers, `report` puts all together, `charts` plots in SVG, and
`page` and `pdf` write it. Texts are in `texts/`, one file for each language.
"""
