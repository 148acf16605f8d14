import { ChakraProvider, PinInput, defaultSystem } from "@chakra-ui/react";
import { createElement as h } from "react";
import { mount } from "../react.mjs";
import { complete } from "../report.mjs";

const boxes = [0, 1, 2, 3, 4, 5].map((index) => h(PinInput.Input, { index, key: index }));
mount(
  (value, set) =>
    h(ChakraProvider, { value: defaultSystem },
      h(PinInput.Root, { otp: true, value, onValueChange: (event) => set(event.value), onValueComplete: (event) => complete(event.value) },
        h(PinInput.HiddenInput), h(PinInput.Control, {}, boxes))),
  Array(6).fill(""),
);
