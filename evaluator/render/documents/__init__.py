"""A report as a document beside the page: PDF, Word, a workbook, a card for the terminal, a message for a chat."""
