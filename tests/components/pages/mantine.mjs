import { MantineProvider, PinInput } from "@mantine/core";
import { createElement as h } from "react";
import { mount } from "../react.mjs";
import { complete } from "../report.mjs";

mount((value, onChange) => h(MantineProvider, {}, h(PinInput, { length: 6, oneTimeCode: true, type: "number", value, onChange, onComplete: complete })));
