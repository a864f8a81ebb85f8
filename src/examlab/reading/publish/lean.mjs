// Leaves out of style sheets and fonts what no page uses. Reads a task as JSON: style sheets with the words that pages
// and scripts contain, or fonts with the characters that pages show. Writes the answer as JSON.
import { readFile, writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { PurgeCSS } from "purgecss";
import subsetFont from "subset-font";

// Built by scripts from pieces, so that no word of theirs names them.
const BUILT_BY_SCRIPTS = { greedy: [/tooltip/, /popover/, /^data-popper/] };

async function sheets({ css, words }) {
  const content = [{ raw: words, extension: "html" }];
  const left = await new PurgeCSS().purge({
    content,
    css: css.map((raw) => ({ raw })),
    safelist: BUILT_BY_SCRIPTS,
    keyframes: true,
  });
  return left.map(({ css }) => css);
}

async function fonts({ files, characters }) {
  for (const [from, to] of files) {
    await writeFile(to, await subsetFont(await readFile(from), characters, { targetFormat: "woff2" }));
  }
}

const task = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify((await (task.css ? sheets(task) : fonts(task))) ?? null));
