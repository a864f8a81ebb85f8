// Paper is white whatever the screen is.
(() => {
  "use strict";
  const { dataset } = document.documentElement;
  let theme;
  window.addEventListener("beforeprint", () => {
    theme ??= dataset.theme;
    dataset.theme = "light";
  });
  window.addEventListener("afterprint", () => {
    if (theme) dataset.theme = theme;
    theme = undefined;
  });
})();
