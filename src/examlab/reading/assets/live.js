// What ipywidgets leaves out for readers who listen or use the keyboard: the names of its sliders, the groups of its
// radio buttons, the names of its icons. Runs once for each figure shown, inside the figure that it serves.
(() => {
  "use strict";
  const root = document.currentScript.closest(".examlab-live");
  if (!root) return;
  const group = `examlab-${Math.random().toString(36).slice(2)}`;

  function set(element, attributes) {
    for (const [name, value] of Object.entries(attributes)) {
      // Only what differs: the observer below would call this for ever.
      if (element && element.getAttribute(name) !== value) element.setAttribute(name, value);
    }
  }

  function complete() {
    for (const slider of root.querySelectorAll(".examlab-slider")) {
      const name = slider.querySelector("label").textContent;
      const readout = slider.querySelector(".widget-readout");
      // The value as it is written, not the number of the position.
      set(slider.querySelector("[role=slider]"), { "aria-label": name, "aria-valuetext": readout.textContent });
      set(readout, { contenteditable: "false" }); // what is typed there would go nowhere
    }
    root.querySelectorAll(".examlab-choice").forEach((choice, number) => {
      set(choice, { role: "radiogroup", "aria-label": choice.querySelector("label").textContent });
      // One name makes them one group, in which the arrow keys move.
      choice.querySelectorAll("input").forEach((input) => set(input, { name: `${group}-${number}` }));
    });
    for (const play of root.querySelectorAll(".widget-play")) {
      const playing = Boolean(play.querySelector(".fa-pause"));
      set(play.querySelector("button"), { "aria-label": play.title, "aria-pressed": String(playing) });
    }
    // On the element that stays while its text changes: a region that comes with its text is often not read.
    set(root.querySelector(".examlab-readout"), { role: "status" });
  }

  // Or JupyterLab takes an arrow for a move to another cell, and a letter for one of its commands. It asks no other
  // element than the one that has the focus.
  root.addEventListener("focusin", ({ target }) => set(target, { "data-lm-suppress-shortcuts": "true" }));

  new MutationObserver(complete).observe(root, {
    attributes: true,
    attributeFilter: ["aria-valuetext", "class", "contenteditable", "title"],
    childList: true,
    subtree: true,
  });
  complete();
})();
