// Moves the figures of pages without a kernel: exchanges the branches of a picture that differ between two positions.
(() => {
  "use strict";
  const examlab = (window.examlab = window.examlab || {});
  const files = new Map(); // key of a file of frames -> the promise of its content
  const arrive = new Map(); // key of a file of frames -> what keeps that promise

  // A file of frames calls this: a page opened from a folder may run scripts, but not fetch data.
  examlab.frames = (key, data) => arrive.get(key)(data);

  function load(picture) {
    const inline = picture.querySelector("script.examlab-frames");
    if (inline) return Promise.resolve(JSON.parse(inline.textContent));
    const { key, src } = picture.dataset;
    if (!files.has(key)) files.set(key, ask(key, src));
    return files.get(key);
  }

  function ask(key, src) {
    return new Promise((resolve, reject) => {
      arrive.set(key, resolve);
      const script = document.createElement("script");
      script.src = src;
      // A whole file has called examlab.frames before this; then there is nothing left to reject.
      script.onload = script.onerror = () => {
        script.remove();
        reject(new Error(`could not load ${src}`));
      };
      document.head.append(script);
    }).catch((error) => {
      files.delete(key); // the network may be back at the next move
      throw error;
    });
  }

  // The name that is read aloud changes with the one that is seen.
  function name(button, text) {
    button.setAttribute("aria-label", button.getAttribute("aria-label").replace(button.textContent, text));
    button.textContent = text;
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
      this.first = this.says.textContent;
      this.begin = String(this.position());
      this.narrow.addEventListener("change", () => this.move());
      window.addEventListener("beforeprint", () => this.toPaper());
      window.addEventListener("afterprint", () => this.move());
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
      const pause = this.playing === button;
      this.stop();
      if (pause) return;
      if (+input.value >= +input.max) input.value = input.min;
      this.playing = button;
      name(button, button.dataset.pause);
      this.timer = setInterval(() => {
        if (+input.value >= +input.max || !input.isConnected) return this.stop();
        input.stepUp();
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }, 150);
    }

    stop() {
      clearInterval(this.timer);
      if (this.playing) name(this.playing, this.playing.dataset.play);
      this.playing = undefined;
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
        picture.data = await picture.loading;
        this.show(picture);
        this.root.dataset.ready = narrow ? "narrow" : "wide";
      } catch (error) {
        picture.loading = undefined;
        this.root.dataset.failed = "true";
        console.warn("examlab:", error.message);
      }
    }

    // Paper shows the wide picture: at this position if its frames are here, else at the start.
    toPaper() {
      const wide = this.pictures.get("wide");
      if (wide.data) this.show(wide);
      else this.says.textContent = this.first;
      // Values that belong to another position are not printed beside the picture of the start.
      this.root.toggleAttribute("data-at-start", !wide.data && String(this.position()) !== this.begin);
    }

    show(picture) {
      const { data } = picture;
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
        const element = picture.slots[slot];
        const attribute = element.dataset.slot;
        if (attribute) element.setAttribute(attribute, data.parts[row[slot]]);
        else element.innerHTML = data.parts[row[slot]];
        picture.shown[slot] = row[slot];
      }
    }
  }

  const start = () => document.querySelectorAll(".examlab-explore").forEach((root) => new Explore(root));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
