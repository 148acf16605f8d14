// Digits shown as dots, upper-cased by a formatter.
import { Input } from "antd";
import { createElement as h } from "react";
import { mount } from "../react.mjs";
import { complete } from "../report.mjs";

mount((value, set) => h(Input.OTP, { length: 6, mask: "•", formatter: (text) => text.toUpperCase(), onInput: set, onChange: complete }));
