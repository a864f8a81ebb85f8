"use strict";
// A link to a term of the glossary shows its definition: on hover, on focus, and on the first touch of two.
(() => {
  const links = [...document.querySelectorAll("a[href*='#term-']:has(> .std-term)")];
  if (!links.length || !("popover" in HTMLElement.prototype)) return;

  const box = document.createElement("div");
  box.id = "examlab-definition";
  box.popover = "manual";
  box.setAttribute("role", "tooltip");
  document.body.append(box);
  const stored = document.getElementById("examlab-definitions")?.content;
  let shown = null;
  let timer = 0;

  // From the page's own store, or on the glossary's page from beside the term.
  function definition(term) {
    const found = stored?.querySelector(`[data-term="${CSS.escape(term)}"]`)?.cloneNode(true);
    if (found) return [...found.children];
    let beside = document.getElementById(term);
    while (beside && beside.tagName !== "DD") beside = beside.nextElementSibling;
    const copy = beside?.cloneNode(true);
    copy?.querySelectorAll("a").forEach((link) => link.replaceWith(...link.childNodes));
    return copy ? [...copy.children] : [];
  }

  function place(link) {
    const [line] = link.getClientRects();
    const { width, height } = box.getBoundingClientRect();
    const edge = document.documentElement.clientWidth - width - 8;
    const below = line.bottom + height <= innerHeight || line.top < height;
    box.style.left = `${Math.max(8, Math.min(line.left, edge)) + scrollX}px`;
    box.style.top = `${(below ? line.bottom + 5 : line.top - height - 5) + scrollY}px`;
  }

  function show(link) {
    clearTimeout(timer);
    if (shown === link) return;
    hide();
    const words = definition(decodeURIComponent(link.hash.slice(1)));
    if (!words.length) return;
    box.replaceChildren(...words);
    box.showPopover();
    place(link);
    link.setAttribute("aria-describedby", box.id);
    shown = link;
  }

  function hide() {
    clearTimeout(timer);
    if (!shown) return;
    shown.removeAttribute("aria-describedby");
    shown = null;
    box.hidePopover();
  }

  const later = (act, wait) => {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  };
  // Time enough to move from the link to its definition.
  const leave = () => later(() => shown !== document.activeElement && hide(), 300);

  for (const link of links) {
    let touched = false;
    link.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && later(() => show(link), 120));
    link.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && leave());
    link.addEventListener("pointerdown", (event) => (touched = event.pointerType === "touch"));
    link.addEventListener("focus", () => link.matches(":focus-visible") && show(link));
    link.addEventListener("blur", () => shown === link && hide());
    link.addEventListener("click", (event) => {
      if (touched && shown !== link) {
        event.preventDefault();
        show(link);
      } else hide();
    });
  }
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && leave());
  addEventListener("keydown", (event) => event.key === "Escape" && hide());
  addEventListener("resize", hide);
  addEventListener("pointerdown", (event) => {
    if (shown && !shown.contains(event.target) && !box.contains(event.target)) hide();
  });
})();
