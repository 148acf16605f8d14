/** The codes of one file as pictures and the camera show them, joined again for as long as new ones come. */

import { heavy } from "./heavy.js";

export class Frames {
  constructor() {
    /** @type {Set<string>} */
    this.texts = new Set();
    this.joined = 0;
  }

  /** Some came since the last join. A join takes time, and a code that is seen meanwhile may be the last one. */
  get more() {
    return this.texts.size > this.joined;
  }

  /** @param {string} text a code a line */
  add(text) {
    for (const line of text.split(/\r?\n/)) this.texts.add(line);
  }

  clear() {
    this.texts.clear();
    this.joined = 0;
  }

  /** What they make together so far. @param {AbortSignal} signal */
  join(signal) {
    this.joined = this.texts.size;
    return heavy(signal, "joinFrames", [[...this.texts]]);
  }
}
