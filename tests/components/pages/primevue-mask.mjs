// A masked text field: it writes its own placeholder characters and takes keys one by one.
import PrimeVue from "primevue/config";
import InputMask from "primevue/inputmask";
import { createApp, h, ref } from "vue";
import { change, root } from "../report.mjs";

createApp({
  setup() {
    const code = ref("");
    return () => h(InputMask, { mask: "999999", "aria-label": "Authentication code", modelValue: code.value, "onUpdate:modelValue": (next) => change((code.value = next)) });
  },
}).use(PrimeVue, { unstyled: true }).mount(root());
