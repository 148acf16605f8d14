// A controlled input that keeps digits only, as applications write it by hand.
import { createElement as h } from "react";
import { mount } from "../react.mjs";

mount((value, set) => h("label", {}, "Code ", h("input", { name: "code", value, maxLength: 6, onChange: (event) => set(event.target.value.replace(/\D/g, "")) })));
