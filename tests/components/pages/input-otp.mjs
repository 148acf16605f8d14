// One transparent input under drawn slots.
import { OTPInput } from "input-otp";
import { createElement as h } from "react";
import { mount } from "../react.mjs";
import { complete } from "../report.mjs";

const slot = ({ char, hasFakeCaret }, index) =>
  h("div", { key: index, style: { width: 40, height: 48, border: "1px solid gray", font: "24px sans-serif" } }, char ?? (hasFakeCaret ? "|" : ""));
mount((value, onChange) => h(OTPInput, { maxLength: 6, value, onChange, onComplete: complete, render: ({ slots }) => h("div", { style: { display: "flex" } }, slots.map(slot)) }));
