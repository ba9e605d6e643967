"""The quarter pack of a branch: its figures as a workbook and as a paper, without any name."""
