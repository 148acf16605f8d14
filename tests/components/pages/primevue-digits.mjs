import PrimeVue from "primevue/config";
import InputOtp from "primevue/inputotp";
import { createApp, h, ref } from "vue";
import { change, root } from "../report.mjs";

createApp({
  setup() {
    const code = ref("");
    return () => h(InputOtp, { length: 6, integerOnly: true, mask: true, modelValue: code.value, "onUpdate:modelValue": (next) => change((code.value = next)) });
  },
}).use(PrimeVue, { unstyled: true }).mount(root());
