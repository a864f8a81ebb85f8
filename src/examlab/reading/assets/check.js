// Self-checks: marks what a reader answers, and names the likely slip. The page holds the question; the JSON
// beside it says what is right and which words to use.
(() => {
  "use strict";
  const examlab = (window.examlab = window.examlab || {});
  // Kept across the copies of this script that a live notebook runs, one a check.
  const wired = (examlab.checks = examlab.checks || new WeakSet());

  // ---- What a reader typed

  const bare = (text) => text.replace(/[\s'’]/g, "").replace(/[\u2010-\u2015\u2212]/g, "-").toLowerCase();

  // "18,496" is a whole number in English and a decimal one in French: both readings count.
  function decimals(text) {
    const match = /^([+-]?)(\d[\d.,]*|[.,]\d+)(e[+-]?\d+)?$/.exec(text);
    if (!match) return [];
    const [, sign, digits, power = ""] = match;
    const readings = [];
    if (/^\d*[.,]?\d*$/.test(digits)) readings.push(digits.replace(",", "."));
    if (/^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(digits)) readings.push(digits.replace(/,/g, ""));
    if (/^[1-9]\d{0,2}(\.\d{3})+(,\d*)?$/.test(digits)) {
      readings.push(digits.replace(/\./g, "").replace(",", "."));
    }
    return readings.map((reading) => Number(sign + reading + power)).filter(Number.isFinite);
  }

  // The numbers that a text can mean; none if it is no number.
  function numbers(typed, unit = "") {
    let text = bare(typed);
    if (unit && text.endsWith(bare(unit))) text = text.slice(0, -bare(unit).length);
    const [over, under, ...more] = text.split(/[/\u2044]/).map(decimals);
    if (!under) return over;
    return more.length ? [] : over.flatMap((a) => under.map((b) => a / b)).filter(Number.isFinite);
  }

  // A text without what does not count in it; 16×16×32, 16 x 16 x 32 and (16, 16, 32) are one size.
  function plain(typed) {
    const text = bare(typed.normalize("NFKD").replace(/[\p{M}`]/gu, "")).replace(/[×✕*∗·]/g, "x");
    const size = /^[([]?(\d+(?:[x,;]\d+)*)[)\]]?$/.exec(text);
    return size ? size[1].replace(/[,;]/g, "x") : text;
  }

  // Rounding in the last binary digit is nobody's slip.
  const near = (x, value, tolerance) =>
    Math.abs(x - value) <= tolerance + 1e-12 * Math.max(Math.abs(value), tolerance);

  // ---- Marking: what is right and the response in, a verdict out. It says `text`, or else what `says` names.

  const right = { state: "right", says: "compare" };
  const wrong = (text, about) => ({ state: "wrong", says: "nudge", text, about });
  const unanswered = (says = "empty") => ({ state: "unanswered", says });
  const same = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);
  const insert = (template, values) => template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  // What was typed means the value, or what a slip leads to, or neither.
  function compare({ value, slips }, means) {
    if (means(value)) return right;
    const [, text] = slips.find(([slip]) => means(slip)) || [];
    return wrong(text);
  }

  const markers = {
    one({ right: [index], slips }, [chosen]) {
      if (chosen === undefined) return unanswered();
      return chosen === index ? right : wrong(slips[chosen]);
    },

    // One slip at a time: all of them at once would give the answer away to a reader who ticks everything.
    several(spec, chosen) {
      if (!chosen.length) return unanswered();
      const stray = chosen.find((index) => !spec.right.includes(index));
      if (stray !== undefined) return wrong(spec.slips[stray], spec.choices[stray]);
      return same(chosen, spec.right) ? right : wrong(spec.texts.missing);
    },

    number(spec, typed) {
      if (!typed.trim()) return unanswered();
      const readings = numbers(typed, spec.unit);
      if (!readings.length) return unanswered("unreadable");
      return compare(spec, (value) => readings.some((reading) => near(reading, value, spec.tolerance)));
    },

    text(spec, typed) {
      return typed.trim() ? compare(spec, (value) => plain(value) === plain(typed)) : unanswered();
    },

    table(spec, typed) {
      const cells = spec.cells.map((cell, i) => markers[cell.kind](cell, typed[i]));
      if (cells.every(({ says }) => says === "empty")) return unanswered();
      const good = cells.filter(({ state }) => state === "right").length;
      if (good === cells.length) return { ...right, cells };
      return { ...wrong(insert(spec.texts.tally, { right: good, total: cells.length })), cells };
    },

    order(spec, placed) {
      if (!placed.length) return unanswered();
      if (same(placed, spec.right)) return right;
      const stray = placed.find((piece) => !spec.right.includes(piece));
      if (stray !== undefined) return wrong(spec.slips[stray], spec.choices[stray]);
      const place = (piece) => (placed.includes(piece) ? placed.indexOf(piece) : NaN);
      const [, , slip] = spec.pairs.find(([early, late]) => place(early) < place(late)) || [];
      if (slip) return wrong(slip);
      const off = placed.findIndex((piece, i) => piece !== spec.right[i]);
      const good = off < 0 ? placed.length : off;
      return wrong(good ? insert(spec.texts.tally, { right: good, total: spec.right.length }) : undefined);
    },
  };

  // ---- Showing

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  // Texts are plain, with `code` between backticks.
  const rich = (text) => text.split(/`([^`]+)`/).map((part, i) => (i % 2 ? element("code", {}, part) : part));
  const mark = (state) =>
    element("span", { class: "examlab-check-mark", "aria-hidden": true }, state === "right" ? "✓" : "✗");

  // A notebook may show one output twice: the second copy gets names of its own.
  function rename(root) {
    let copy = 1;
    const taken = (id) => document.querySelectorAll(`[id="${id}"]`).length > (id === root.id ? 1 : 0);
    while (taken(copy > 1 ? `${root.id}-${copy}` : root.id)) copy += 1;
    if (copy === 1) return;
    const old = root.id;
    for (const node of [root, ...root.querySelectorAll("*")]) {
      for (const name of ["id", "name", "aria-describedby", "aria-labelledby"]) {
        const value = node.getAttribute(name);
        if (value) node.setAttribute(name, value.replaceAll(old, `${old}-${copy}`));
      }
    }
  }

  // Pieces go from the pool to the list and back, by buttons alone: keyboard, touch and screen reader alike.
  class Order {
    constructor(check) {
      this.check = check;
      this.placed = [];
      this.list = check.root.querySelector(".examlab-check-placed");
      this.aloud = check.root.querySelector(".examlab-check-aloud");
      this.pool = [...check.root.querySelectorAll(".examlab-check-piece")];
      this.pool.forEach((button, piece) => button.addEventListener("click", () => this.place(piece)));
    }

    name(piece) {
      return this.pool[piece].textContent;
    }

    place(piece) {
      this.placed.push(piece);
      this.changed("placed", piece);
      const left = this.pool.map((_, other) => other).filter((other) => !this.placed.includes(other));
      const next = left.find((other) => other > piece) ?? left[0];
      (next === undefined ? this.check.button : this.pool[next]).focus();
    }

    move(piece, action) {
      const from = this.placed.indexOf(piece);
      const to = action === "up" ? from - 1 : from + 1;
      if (action !== "out" && !(to in this.placed)) return;
      this.placed.splice(from, 1);
      if (action !== "out") this.placed.splice(to, 0, piece);
      this.changed(action === "out" ? "taken" : "placed", piece);
      const moved = this.list.querySelector(`[data-piece="${piece}"] [data-move="${action}"]`);
      (moved || this.pool[piece]).focus();
    }

    changed(message, piece) {
      this.draw();
      this.check.forget();
      const values = { piece: this.name(piece), place: this.placed.indexOf(piece) + 1 };
      this.aloud.textContent = insert(this.check.spec.texts[message], values);
    }

    reset() {
      this.placed = [];
      this.aloud.textContent = "";
      this.draw();
    }

    draw() {
      this.pool.forEach((button, piece) => (button.parentNode.hidden = this.placed.includes(piece)));
      const rows = this.placed.map((piece, i) => this.row(piece, i));
      while (rows.length < this.check.spec.right.length) rows.push(element("li", {}));
      this.list.replaceChildren(...rows);
    }

    row(piece, place) {
      const text = element("span", {}, ...rich(this.check.spec.choices[piece]));
      const moves = element(
        "span",
        { class: "examlab-check-moves" },
        this.mover(piece, "up", "↑", place === 0),
        this.mover(piece, "down", "↓", place === this.placed.length - 1),
        this.mover(piece, "out", "×", false),
      );
      return element("li", { "data-piece": piece }, text, moves);
    }

    // At an end a button stays in place, so that the focus does.
    mover(piece, action, sign, idle) {
      const label = insert(this.check.spec.texts[action], { piece: this.name(piece) });
      const names = { type: "button", "data-move": action, "aria-label": label, "aria-disabled": idle };
      const button = element("button", names, sign);
      button.addEventListener("click", () => this.move(piece, action));
      return button;
    }
  }

  class Check {
    constructor(root) {
      this.root = root;
      this.spec = JSON.parse(root.querySelector(".examlab-check-spec").textContent);
      rename(root);
      this.inputs = [...root.querySelectorAll("fieldset input")];
      this.status = root.querySelector(".examlab-check-status");
      this.button = root.querySelector('[data-do="answer"]');
      this.again = root.querySelector('[data-do="reset"]');
      if (this.spec.kind === "order") this.order = new Order(this);
      this.button.parentNode.hidden = false;
      // JupyterLab asks only the element with the focus whether it may take a key for a command.
      root.addEventListener("focusin", ({ target }) => target.setAttribute("data-lm-suppress-shortcuts", "true"));
      root.addEventListener("focusout", ({ target }) => target.removeAttribute("data-lm-suppress-shortcuts"));
      this.button.addEventListener("click", () => this.answer());
      this.again.addEventListener("click", () => this.reset());
      for (const input of this.inputs) {
        input.addEventListener("input", () => this.forget(input));
        input.addEventListener("keydown", (event) => {
          if (event.key === "Enter" && !event.isComposing) this.answer();
        });
      }
    }

    response() {
      if (this.order) return this.order.placed;
      const typed = this.inputs.map((input) => input.value);
      if (this.spec.kind === "number") return typed[0];
      if (this.spec.kind === "table") return typed;
      return this.inputs.flatMap((input, i) => (input.checked ? [i] : []));
    }

    answer() {
      const verdict = markers[this.spec.kind](this.spec, this.response());
      this.show(verdict);
      if (verdict.state === "unanswered") return;
      this.again.hidden = false;
      const detail = { id: this.spec.id, correct: verdict.state === "right" };
      this.root.dispatchEvent(new CustomEvent("examlab:checked", { bubbles: true, detail }));
    }

    show({ state, says, text, about, cells = [] }) {
      const { texts, kind } = this.spec;
      const line = element("p", {});
      if (state !== "unanswered") line.append(mark(state), " ", element("strong", {}, texts[state]), " ");
      if (about) line.append(...rich(insert(texts.about, { choice: about })), " ");
      line.append(...rich(text || texts[says]));
      this.status.dataset.state = state;
      this.status.replaceChildren(line);
      if (kind === "number" && says !== "empty") this.inputs[0].setAttribute("aria-invalid", state !== "right");
      const slips = cells.flatMap((cell, i) => this.showCell(cell, i));
      if (slips.length) this.status.append(element("ul", {}, ...slips));
    }

    // Marks a cell, and returns what there is to say about it, to be listed under the table.
    showCell({ state, says, text }, i) {
      const { texts, cells } = this.spec;
      const input = this.inputs[i];
      const note = input.nextElementSibling;
      this.forgetCell(input);
      if (says === "empty") return [];
      const good = state === "right" ? "right" : "wrong";
      input.setAttribute("aria-invalid", good === "wrong");
      note.dataset.state = good;
      note.append(mark(good), " ", texts[`cell_${good}`]);
      const said = text || (says === "unreadable" && texts.unreadable);
      if (!said) return [];
      const slip = `${note.id}-slip`;
      input.setAttribute("aria-describedby", `${note.id} ${slip}`);
      return [element("li", { id: slip }, ...rich(`${insert(texts.about, { cell: cells[i].name })} ${said}`))];
    }

    forgetCell(input) {
      const note = input.nextElementSibling;
      note.replaceChildren();
      delete note.dataset.state;
      input.removeAttribute("aria-invalid");
      input.setAttribute("aria-describedby", note.id);
      const slip = this.status.querySelector(`[id="${note.id}-slip"]`);
      if (slip) slip.remove();
    }

    // What was said no longer fits a changed answer; in a table it still fits the other cells.
    forget(input) {
      if (input && this.spec.kind === "table") return this.forgetCell(input);
      if (input) input.removeAttribute("aria-invalid");
      this.status.replaceChildren();
      delete this.status.dataset.state;
    }

    reset() {
      for (const input of this.inputs) {
        if (input.type === "text") input.value = "";
        else input.checked = false;
        this.forget(input);
      }
      if (this.order) this.order.reset();
      this.forget();
      this.root.querySelector(".examlab-check-solution").open = false;
      this.again.hidden = true;
      (this.order ? this.order.pool[0] : this.inputs[0]).focus();
    }
  }

  // Wires every check of the page that is not wired yet.
  function wire() {
    for (const root of document.querySelectorAll(".examlab-check")) {
      if (wired.has(root)) continue;
      wired.add(root);
      new Check(root);
    }
  }

  examlab.check = { wire, numbers, plain };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", wire);
  else wire();
})();
