// The one script that stands in every page: what it does must be done before anything is painted, and a file would
// have to be waited for. The security policy knows it by its hash (examlab.reading.publish.policy).
(() => {
  const { dataset } = document.documentElement;
  try {
    dataset.mode = localStorage.getItem("mode") || "auto";
  } catch {
    dataset.mode = "auto"; // a browser that keeps nothing
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  dataset.theme = dataset.mode === "auto" ? dark : dataset.mode;

  // The fonts of formulas come with the style sheets, or lines would move when they come. A page in a folder must not
  // ask ahead, and need not.
  const fonts = document.querySelector('meta[name="examlab-fonts"]');
  if (!fonts || location.protocol === "file:") return;
  for (const href of fonts.content.split(" ")) {
    const link = document.createElement("link");
    Object.assign(link, { rel: "preload", as: "font", type: "font/woff2", crossOrigin: "anonymous", href });
    document.head.append(link);
  }
})();
