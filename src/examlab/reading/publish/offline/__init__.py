"""The site as files to take along: a PDF for paper, an EPUB for reading devices, a zip of the site itself."""
