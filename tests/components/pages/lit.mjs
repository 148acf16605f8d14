// The field in an open shadow root, its words outside.
import { LitElement, html } from "lit";
import { change, root } from "../report.mjs";

class CodeField extends LitElement {
  static properties = { code: { state: true } };
  code = "";
  look({ target }) {
    this.code = target.value;
    change(this.code);
  }
  render() {
    return html`<label>Code <input .value=${this.code} @input=${this.look} inputmode="numeric" /></label>`;
  }
}
customElements.define("code-field", CodeField);
root().append(document.createElement("code-field"));
