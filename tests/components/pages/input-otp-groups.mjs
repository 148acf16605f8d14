// Two groups of three with a dash between, as shadcn/ui ships it, focused at load.
import { OTPInput } from "input-otp";
import { createElement as h } from "react";
import { mount } from "../react.mjs";
import { complete } from "../report.mjs";

const slot = ({ char }, index) => h("div", { key: index, style: { width: 36, height: 36, border: "1px solid gray" } }, char);
const row = (slots) => h("div", { style: { display: "flex" } }, slots.map(slot));
mount((value, onChange) =>
  h(OTPInput, {
    maxLength: 6,
    value,
    onChange,
    onComplete: complete,
    autoFocus: true,
    pattern: "^\\d+$",
    containerClassName: "flex",
    render: ({ slots }) => h("div", { style: { display: "flex", gap: 8 } }, row(slots.slice(0, 3)), "-", row(slots.slice(3))),
  }),
);
