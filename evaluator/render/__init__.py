"""The model of the report as Markdown, HTML and workbooks, through jinja2."""
