// The settings that its documentation shows for phones, focused at load.
import { createElement as h } from "react";
import OtpInput from "react-otp-input";
import { mount } from "../react.mjs";

mount((value, onChange) => h(OtpInput, { value, onChange, numInputs: 6, inputType: "tel", shouldAutoFocus: true, renderInput: (props) => h("input", props) }));
