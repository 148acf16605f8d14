import { PinInput } from "@ark-ui/react/pin-input";
import { createElement as h } from "react";
import { mount } from "../react.mjs";
import { complete } from "../report.mjs";

const boxes = [0, 1, 2, 3, 4, 5].map((index) => h(PinInput.Input, { index, key: index, style: { width: 32 } }));
mount(
  (value, set) =>
    h(PinInput.Root, { value, onValueChange: (event) => set(event.value), onValueComplete: (event) => complete(event.value) },
      h(PinInput.Label, {}, "Authentication code"), h(PinInput.Control, {}, boxes), h(PinInput.HiddenInput)),
  Array(6).fill(""),
);
