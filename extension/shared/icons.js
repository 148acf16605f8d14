/** Icons drawn as paths on a 24 px grid, in the colour of the text around them. Always beside or instead of a name. */

import { html, svg } from "lit";

const PATHS = {
  search: svg`<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>`,
  copy: svg`<rect x="8.5" y="8.5" width="11" height="11" rx="2"/><path d="M15.5 8.5v-2a2 2 0 0 0-2-2h-7a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h2"/>`,
  fill: svg`<path d="M3.5 8.5v-2a2 2 0 0 1 2-2h13a2 2 0 0 1 2 2v2M3.5 15.5v2a2 2 0 0 0 2 2h13a2 2 0 0 0 2-2v-2"/><path d="M4 12h13m-4-4 4 4-4 4"/>`,
  scan: svg`<path d="M4 8.5v-2A2.5 2.5 0 0 1 6.500 4h2M15.500 4h2A2.500 2.500 0 0 1 20 6.500v2M20 15.500v2a2.500 2.500 0 0 1-2.500 2.500h-2M8.500 20h-2A2.500 2.500 0 0 1 4 17.500v-2"/><path d="M8.500 8.500h3v3h-3zM14.500 8.500h1M8.500 15h1M13 13h2.500v2.500"/>`,
  add: svg`<path d="M12 5v14M5 12h14"/>`,
  lock: svg`<rect x="5" y="10.500" width="14" height="9.500" rx="2"/><path d="M8.500 10.500v-3a3.500 3.500 0 0 1 7 0v3"/>`,
  open: svg`<path d="M13.500 4.500h6v6M19.500 4.500l-8 8M10.500 6h-4a2 2 0 0 0-2 2v9.500a2 2 0 0 0 2 2H16a2 2 0 0 0 2-2v-4"/>`,
  more: svg`<circle cx="6" cy="12" r="1"/><circle cx="12" cy="12" r="1"/><circle cx="18" cy="12" r="1"/>`,
  list: svg`<path d="M9 6.500h11M9 12h11M9 17.500h11M4.500 6.500h.01M4.500 12h.01M4.500 17.500h.01"/>`,
  bin: svg`<path d="M4.500 7h15M9.500 7V4.500h5V7M6.500 7l.8 11.200a1.500 1.500 0 0 0 1.500 1.300h6.400a1.500 1.500 0 0 0 1.500-1.300L17.500 7M10.300 11v5M13.700 11v5"/>`,
  settings: svg`<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>`,
  shield: svg`<path d="M12 3.500 5 6v5.500c0 4.500 3 7.500 7 9 4-1.500 7-4.500 7-9V6z"/><path d="m9 11.800 2.200 2.200L15.200 10"/>`,
  help: svg`<circle cx="12" cy="12" r="8.500"/><path d="M9.500 9.500a2.500 2.500 0 1 1 3.600 2.200c-.7.4-1.100.9-1.100 1.800M12 16.500h.01"/>`,
  eye: svg`<path d="M3 12s3.300-6 9-6 9 6 9 6-3.300 6-9 6-9-6-9-6z"/><circle cx="12" cy="12" r="2.500"/>`,
  hide: svg`<path d="M3 12s3.300-6 9-6 9 6 9 6-3.300 6-9 6-9-6-9-6zM4.500 4.500l15 15"/>`,
  next: svg`<path d="M5 12h13m-5-5 5 5-5 5"/>`,
  warn: svg`<path d="M12 4.500 3.500 19h17zM12 10v4.500M12 16.800h.01"/>`,
  done: svg`<path d="m5 12.500 4.500 4.500L19 7.500"/>`,
  pin: svg`<path d="M9 4h6l-.700 6 3.200 3.500h-11L9.700 10zM12 13.500V20"/>`,
  again: svg`<path d="M19 12a7 7 0 1 1-2.100-5M19 4v4h-4"/>`,
  site: svg`<circle cx="12" cy="12" r="8"/><path d="M4 12h16M12 4c2.500 2.300 3.500 5 3.500 8s-1 5.700-3.500 8c-2.500-2.300-3.500-5-3.500-8S9.500 6.300 12 4z"/>`,
  key: svg`<circle cx="8" cy="15.500" r="4"/><path d="m11 12.500 8-8M15.500 8l3 3M18 5.500l1.500 1.500"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
};

/** @typedef {keyof typeof PATHS} Icon */

/**
 * An icon; it says nothing to a screen reader.
 * @param {Icon} name
 */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${PATHS[name]}</svg>`;
}
