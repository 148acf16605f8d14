import { Input } from "antd";
import { createElement as h } from "react";
import { mount } from "../react.mjs";
import { complete } from "../report.mjs";

mount((value, set) => h(Input.OTP, { length: 6, onInput: set, onChange: (whole) => (set(whole), complete(whole)) }));
