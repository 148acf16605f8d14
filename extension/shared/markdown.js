/**
 * The Markdown of our own help pages as templates: headings, paragraphs, lists, tables, bold, code, lines of code and links
 * between pages.
 * Text reaches the page only as text.
 */

import { html } from "lit";

/** @param {string} source */
export function markdown(source) {
  return source
    .replaceAll("\r", "")
    .split(/\n{2,}/)
    .filter((block) => block.trim())
    .map((block) => (/^( {4}.*\n?)+$/.test(block) ? code(block) : renderBlock(block.trim())));
}

/** @param {string} block */
function renderBlock(block) {
  const heading = /^(#{1,3}) +(.+)$/.exec(block);
  if (heading) {
    const text = inline(heading[2] ?? "");
    if (heading[1] === "#") return html`<h1>${text}</h1>`;
    return heading[1] === "##" ? html`<h2>${text}</h2>` : html`<h3>${text}</h3>`;
  }
  if (block.startsWith("|")) return table(block);
  if (/^[-*] /.test(block)) return html`<ul>${items(block, /^[-*] /m)}</ul>`;
  if (/^1\. /.test(block)) return html`<ol>${items(block, /^\d+\. /m)}</ol>`;
  return html`<p>${inline(joined(block))}</p>`;
}

/** @param {string} block */
function code(block) {
  return html`<pre><code>${block.replaceAll(/^ {4}/gm, "").trimEnd()}</code></pre>`;
}

/** @param {string} block */
function table(block) {
  const [head = [], , ...rows] = block.split("\n").map((line) =>
    line
      .replaceAll(/^\||\|$/g, "")
      .split("|")
      .map((cell) => cell.trim()),
  );
  return html`<table><thead><tr>${head.map((cell) => html`<th scope="col">${inline(cell)}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${inline(cell)}</td>`)}</tr>`)}</tbody></table>`;
}

/**
 * @param {string} block
 * @param {RegExp} mark
 */
function items(block, mark) {
  return block
    .split(mark)
    .map((item) => joined(item))
    .filter(Boolean)
    .map((item) => html`<li>${inline(item)}</li>`);
}

/** @param {string} text */
function joined(text) {
  return text
    .split("\n")
    .map((line) => line.trim())
    .join(" ")
    .trim();
}

/** @param {string} text */
function inline(text) {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`|\*[^\s*][^*]*\*|\[[^\]]+\]\([^)]+\))/).map((part) => {
    const link = /^\[([^\]]+)\]\(([a-z-]+)\.md\)$/.exec(part);
    if (link) return html`<a href="#/help/${link[2]}">${link[1]}</a>`;
    const outside = /^\[([^\]]+)\]\((https:\/\/[^)\s]+)\)$/.exec(part);
    if (outside) return html`<a href=${outside[2]} target="_blank" rel="noreferrer">${outside[1]}</a>`;
    if (/^\*\*[^*]+\*\*$/.test(part)) return html`<strong>${part.slice(2, -2)}</strong>`;
    if (/^\*[^\s*][^*]*\*$/.test(part)) return html`<em>${part.slice(1, -1)}</em>`;
    if (/^`[^`]+`$/.test(part)) return html`<code>${part.slice(1, -1)}</code>`;
    return part;
  });
}
