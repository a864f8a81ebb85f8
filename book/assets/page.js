// What the theme and Sphinx write into pages as inline handlers, which the security policy forbids.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-examlab-print]")) window.print();
  if (event.target.closest('a[href^="javascript:SphinxHighlight"]')) {
    event.preventDefault();
    SphinxHighlight.hideSearchWords();
  }
});
