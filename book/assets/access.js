// What the theme leaves out for readers who use the keyboard.
(() => {
  "use strict";

  // Whoever cannot drag scrolls with the arrow keys, once the focus is inside; the theme sees to code and tables.
  const reachable = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });

  // The theme takes the focus from its buttons when they are pressed, to hide their hints: with the keyboard one
  // would begin again at the top of the page. So it goes back to the button, from a dialog when that closes.
  let opener = null;
  function returnFocus(button) {
    if (document.activeElement === document.body && button?.checkVisibility()) button.focus();
  }
  function afterPress({ target, detail }) {
    const button = target.closest("button");
    setTimeout(() => {
      if (document.querySelector("dialog[open]")) opener = opener ?? button;
      else if (detail === 0) returnFocus(button); // pressed with a key, which is a click of no mouse button
    });
  }
  function afterDialog() {
    setTimeout(() => {
      returnFocus(opener);
      opener = null;
    });
  }

  // Whether a column is open is seen; here it is said.
  function sayWhatIsOpen(toggle, column) {
    if (!toggle || !column) return;
    const say = () => toggle.setAttribute("aria-expanded", String(column.checkVisibility({ visibilityProperty: true })));
    toggle.setAttribute("aria-controls", column.id);
    new ResizeObserver(say).observe(column);
    new MutationObserver(say).observe(column, { attributeFilter: ["class"] });
    column.addEventListener("transitionend", say);
  }

  function start() {
    document.querySelectorAll(".katex-display").forEach((formula) => reachable.observe(formula));
    document.addEventListener("click", afterPress, true);
    document.addEventListener("close", afterDialog, true);
    for (const side of ["primary", "secondary"]) {
      const toggle = document.querySelector(`.bd-header-article .${side}-toggle`);
      sayWhatIsOpen(toggle, document.getElementById(`pst-${side}-sidebar`));
    }
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
