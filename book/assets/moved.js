"use strict";
// Follow a page that has moved, to the same place on it; without scripts the page refreshes itself.
addEventListener("DOMContentLoaded", () => {
  location.replace(document.getElementById("moved").href + location.hash);
});
