// React's own form with an uncontrolled field, read at submission; submits by itself once six digits stand.
import { createElement as h } from "react";
import { createRoot } from "react-dom/client";
import { change, complete, root } from "../report.mjs";

const submit = (event) => {
  event.preventDefault();
  complete(new FormData(event.currentTarget).get("otp"));
};
const look = (event) => {
  change(event.target.value);
  if (event.target.value.length === 6) event.target.form.requestSubmit();
};
createRoot(root()).render(h("form", { onSubmit: submit }, h("input", { name: "otp", inputMode: "numeric", "aria-label": "Authentication code", onChange: look }), h("button", {}, "Verify")));
