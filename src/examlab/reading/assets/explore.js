// Moves the figures of pages without a kernel: exchanges the branches of a picture that differ between two positions.
(() => {
  "use strict";
  const examlab = (window.examlab = window.examlab || {});
  const waiting = new Map(); // address of a file of frames -> what to do with its content

  // A file of frames calls this: a page opened from a folder may run scripts, but not fetch data.
  examlab.frames = (key, data) => {
    const resolve = waiting.get(key);
    waiting.delete(key);
    if (resolve) resolve(data);
  };

  function load(picture) {
    const inline = picture.querySelector("script.examlab-frames");
    if (inline) return Promise.resolve(JSON.parse(inline.textContent));
    const { key, src } = picture.dataset;
    return new Promise((resolve, reject) => {
      waiting.set(key, resolve);
      const script = document.createElement("script");
      script.src = src;
      script.onerror = () => reject(new Error(`could not load ${src}`));
      document.head.append(script);
    });
  }

  class Explore {
    constructor(root) {
      this.root = root;
      this.shape = JSON.parse(root.dataset.shape);
      this.controls = [...root.querySelectorAll(".examlab-control")];
      this.pictures = new Map([...root.querySelectorAll(".examlab-picture")].map((p) => [p.dataset.layout, { element: p }]));
      this.says = root.querySelector(".examlab-says");
      this.aloud = root.querySelector(".examlab-aloud");
      this.narrow = window.matchMedia("(max-width: 640px)");
      if (!this.controls.length) return;
      root.querySelector(".examlab-controls").hidden = false;
      this.controls.forEach((control) => this.listen(control));
      this.narrow.addEventListener("change", () => this.move());
      new IntersectionObserver((entries, observer) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        this.move();
      }, { rootMargin: "800px" }).observe(root);
    }

    listen(control) {
      control.addEventListener("input", () => {
        this.move();
        // A screen reader hears the description once the hand rests, not at every step of the way.
        clearTimeout(this.quiet);
        this.quiet = setTimeout(() => (this.aloud.textContent = this.says.textContent), 600);
      });
      const button = control.querySelector(".examlab-play");
      if (button) button.addEventListener("click", () => this.play(control.querySelector("input"), button));
    }

    play(input, button) {
      if (this.timer) return this.stop(button);
      if (+input.value >= +input.max) input.value = input.min;
      button.textContent = button.dataset.pause;
      button.setAttribute("aria-pressed", "true");
      this.timer = setInterval(() => {
        if (+input.value >= +input.max || !input.isConnected) return this.stop(button);
        input.stepUp();
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }, 150);
    }

    stop(button) {
      clearInterval(this.timer);
      this.timer = undefined;
      button.textContent = button.dataset.play;
      button.setAttribute("aria-pressed", "false");
    }

    position() {
      return this.controls.map((control) => {
        const range = control.querySelector("input[type=range]");
        return +(range || control.querySelector("input:checked")).value;
      });
    }

    labels() {
      for (const input of this.root.querySelectorAll("input[type=range]")) {
        const text = JSON.parse(input.dataset.texts)[+input.value];
        input.setAttribute("aria-valuetext", text);
        input.closest(".examlab-control").querySelector("output").textContent = text;
      }
    }

    async move() {
      this.labels();
      const narrow = this.narrow.matches && this.pictures.has("narrow");
      const picture = this.pictures.get(narrow ? "narrow" : "wide");
      try {
        picture.loading = picture.loading || load(picture.element);
        const data = await picture.loading;
        this.show(picture, data);
        this.root.dataset.ready = narrow ? "narrow" : "wide";
      } catch (error) {
        picture.loading = undefined; // the network may be back at the next move
        this.root.dataset.failed = "true";
        console.warn("examlab:", error.message);
      }
    }

    show(picture, data) {
      // Read the position now, not when the move began: the frames may have arrived after several moves.
      const index = this.position().reduce((sum, at, axis) => sum * this.shape[axis] + at, 0);
      delete this.root.dataset.failed;
      const row = data.table[index];
      picture.element.classList.toggle("examlab-impossible", row === null);
      this.says.textContent = data.says[index];
      if (row === null) return;
      picture.slots = picture.slots || [...picture.element.querySelectorAll("[data-slot]")];
      picture.shown = picture.shown || [];
      for (let slot = 0; slot < row.length; slot += 1) {
        if (picture.shown[slot] === row[slot]) continue;
        picture.slots[slot].innerHTML = data.parts[row[slot]];
        picture.shown[slot] = row[slot];
      }
    }
  }

  const start = () => document.querySelectorAll(".examlab-explore").forEach((root) => new Explore(root));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
