// Six elements with a closed shadow root each inside one with an open root, as design systems nest them.
import { LitElement, html } from "lit";
import { change, complete, root } from "../report.mjs";

class OneBox extends LitElement {
  static shadowRootOptions = { mode: "closed" };
  look({ target }) {
    this.dispatchEvent(new CustomEvent("digit", { detail: target.value }));
  }
  render() {
    return html`<input maxlength="1" inputmode="numeric" style="width: 2rem" @input=${this.look} />`;
  }
}
customElements.define("one-box", OneBox);

class CodeBoxes extends LitElement {
  digits = Array(6).fill("");
  take(index, digit) {
    this.digits[index] = digit;
    change(this.digits);
    if (this.digits.every(Boolean)) complete(this.digits);
  }
  render() {
    return html`<div style="display: flex">${this.digits.map((_, index) => html`<one-box @digit=${(event) => this.take(index, event.detail)}></one-box>`)}</div>`;
  }
}
customElements.define("code-boxes", CodeBoxes);
root().append(document.createElement("code-boxes"));
