"""The figures of a run as lines that follow from each other, for a workbook that calculates them again."""
