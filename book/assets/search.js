"use strict";
// What is found by a search, told in words that a reader can read, and found however its accents are typed.
(() => {
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}+/gu, "").replaceAll("’", "'");

  // Names of terms with accents are found without them, and with any apostrophe.
  function folded(index) {
    for (const [name, places] of Object.entries(index.indexentries)) {
      if (fold(name) !== name) index.indexentries[fold(name)] ??= places;
    }
    return index;
  }
  const setIndex = Search.setIndex;
  Search.setIndex = (index) => setIndex(folded(index));
  if (Search.hasIndex()) folded(Search._index);

  // The text of a page without code, pictures and the sources of formulas; of a term, with its definition.
  Search.htmlToText = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const main = page.querySelector("article");
    main?.querySelectorAll(
      "script, style, svg, template, annotation, .katex-html, .headerlink, .examlab-controls, .examlab-check, .cell_input, .linenos",
    ).forEach((node) => node.remove());
    main?.querySelectorAll("h1, h2, h3, p, dt, dd, li, th, td").forEach((node) => node.append(" "));
    let place = anchor ? main?.querySelector(`[id="${CSS.escape(decodeURIComponent(anchor.slice(1)))}"]`) : null;
    let name = "";
    if (place?.matches("dt")) {
      name = `${place.textContent.trim()}: `;
      while (place.nextElementSibling && !place.matches("dd")) place = place.nextElementSibling;
    }
    return name + (place || main)?.textContent.replace(/\s+/g, " ").trim();
  };

  addEventListener("DOMContentLoaded", () => {
    const field = document.querySelector("main input[name=q]");
    if (field && !field.value) field.focus();
  });

  // A page opened from a folder may read no other page.
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
})();
