// v-model by hand: the value follows `input`, and the field is rendered from it again.
import { createApp, h, ref } from "vue";
import { change, root } from "../report.mjs";

createApp({
  setup() {
    const code = ref("");
    const onInput = ({ target }) => change((code.value = target.value.trim()));
    return () => h("label", {}, ["Authentication code ", h("input", { value: code.value, inputmode: "numeric", onInput })]);
  },
}).mount(root());
