// Progress: which self-checks a reader has solved. It is kept in this browser, for this book, and sent nowhere.
// The words and the self-checks of each page come from Python (publish/marks.py).
(() => {
  "use strict";
  const place = document.querySelector(".examlab-told");
  if (!place) return;
  const { pages, words } = JSON.parse(place.dataset.told);
  const language = document.documentElement.lang || undefined;

  // Many books may share an origin, and all folders of a disk do: a name for each place of a book, and for each
  // version of what is kept.
  const home = new URL(document.documentElement.dataset.content_root || "./", location.href);
  const key = `examlab:marks:1:${home.pathname}`;

  // ---- What is kept: for each self-check, n if it was solved at try n, -n if n tries have not solved it.

  const NAME = /^check-[0-9a-f]{1,64}$/;
  const LAST = 999; // tries beyond are not counted
  const isMark = ([id, tries]) => NAME.test(id) && Number.isInteger(tries) && tries && Math.abs(tries) <= LAST;

  // Whatever else stands there, whoever wrote it, is left aside.
  function understood(text) {
    try {
      const found = JSON.parse(text);
      return new Map(Array.isArray(found) ? [] : Object.entries(found ?? {}).filter(isMark));
    } catch {
      return new Map();
    }
  }

  // A browser may refuse to keep anything, or any more: then marks last as long as the page.
  class Marks {
    constructor() {
      this.kept = true;
      this.found = new Map();
      this.read();
    }

    attempt(use) {
      try {
        if (this.kept) use(window.localStorage);
      } catch {
        this.kept = false;
      }
    }

    read() {
      this.attempt((storage) => (this.found = understood(storage.getItem(key))));
    }

    write() {
      const text = JSON.stringify(Object.fromEntries(this.found));
      this.attempt((storage) => (this.found.size ? storage.setItem(key, text) : storage.removeItem(key)));
    }

    tries(id) {
      return this.found.get(id) ?? 0;
    }

    // Once solved, a self-check stays solved: trying again is practice.
    add(id, correct) {
      this.read(); // another tab may have added marks
      const before = this.tries(id);
      if (before > 0 || !NAME.test(id)) return;
      const now = Math.min(1 - before, LAST);
      this.found.set(id, correct ? now : -now);
      this.write();
    }

    forget(ids) {
      this.read();
      for (const id of ids ?? [...this.found.keys()]) this.found.delete(id);
      this.write();
    }
  }

  const marks = new Marks();

  // ---- At a self-check

  function element(tag, name, ...children) {
    const made = document.createElement(tag);
    made.className = name;
    made.append(...children);
    return made;
  }

  function tick() {
    const made = element("span", "examlab-tick", "✓");
    made.setAttribute("aria-hidden", "true");
    return made;
  }

  // Beside the button, where there is room: nothing moves when it appears.
  function drawCheck(check) {
    const [id] = /^check-[0-9a-f]+/.exec(check.id) ?? [];
    const tries = marks.tries(id);
    const sign = check.querySelector(".examlab-solved");
    if (tries <= 0) return sign?.remove();
    if (sign) return;
    const says = tries === 1 ? words.first : words.later.replace("{number}", tries.toLocaleString(language));
    check.querySelector(".examlab-check-buttons").append(element("span", "examlab-solved", tick(), ` ${says}`));
  }

  let warned = false;
  document.addEventListener("examlab:checked", ({ target, detail }) => {
    marks.add(detail?.id, detail?.correct === true);
    draw();
    if (marks.kept || warned) return;
    warned = true;
    target.querySelector?.(".examlab-check-status").append(element("p", "examlab-unkept", words.unkept));
  });

  // ---- On the map

  const checks = (page) => (Object.hasOwn(pages, page) ? pages[page] : []);

  function drawMark(mark) {
    const tries = checks(mark.dataset.page).map((id) => marks.tries(id));
    const solved = tries.length > 0 && tries.every((n) => n > 0);
    mark.dataset.state = solved ? "solved" : tries.some((n) => n) ? "begun" : "";
    if (solved) mark.replaceChildren(tick(), ` ${words.solved}`);
    else mark.replaceChildren(mark.dataset.state ? words.begun : "");
  }

  // The points of a part stand in its own element, those of all parts beside them.
  function drawPoints(points) {
    const within = points.closest(".examlab-part") ?? document;
    const solved = [...within.querySelectorAll('.examlab-mark[data-state="solved"]')];
    const earned = solved.reduce((sum, mark) => sum + Number(mark.dataset.points ?? 0), 0);
    points.querySelector("progress").value = earned;
    const says = points.dataset.says.replace("{earned}", earned.toLocaleString(language));
    points.querySelector("span").textContent = says;
    return says;
  }

  function draw() {
    document.querySelectorAll(".examlab-check").forEach(drawCheck);
    document.querySelectorAll(".examlab-mark").forEach(drawMark);
    const [total] = [...document.querySelectorAll(".examlab-points")].map(drawPoints);
    for (const foot of document.querySelectorAll(".examlab-marks-foot")) drawFoot(foot, total);
  }

  function drawFoot(foot, total) {
    if (marks.found.size) foot.dataset.something = "";
    if (!marks.kept) foot.querySelector(".examlab-marks-note").textContent = words.unkept;
    // Said aloud when it changes, not when the page opens.
    const heard = foot.querySelector(".examlab-marks-heard");
    if (foot.dataset.total !== undefined && foot.dataset.total !== total) heard.textContent = total;
    foot.dataset.total = total;
  }

  for (const foot of document.querySelectorAll(".examlab-marks-foot")) {
    const asks = foot.querySelector("dialog");
    foot.querySelector(".examlab-forget").addEventListener("click", () => asks.showModal());
    asks.addEventListener("click", ({ target }) => {
      if (target.value === "forget") marks.forget(asks.dataset.whole === "true" ? null : Object.values(pages).flat());
      if (target.value) asks.close();
      draw();
    });
  }

  // ---- Other tabs, and a page that comes back as it was left

  function refresh() {
    marks.read();
    draw();
  }

  window.addEventListener("storage", (event) => {
    if (event.key === key || event.key === null) refresh();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) refresh();
  });

  draw();
  document.documentElement.dataset.marks = "";
})();
