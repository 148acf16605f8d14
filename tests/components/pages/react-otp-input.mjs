import { createElement as h } from "react";
import OtpInput from "react-otp-input";
import { mount } from "../react.mjs";

mount((value, onChange) => h(OtpInput, { value, onChange, numInputs: 6, renderSeparator: "-", renderInput: (props) => h("input", props) }));
