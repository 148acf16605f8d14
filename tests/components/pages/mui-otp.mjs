import { createElement as h } from "react";
import { MuiOtpInput } from "mui-one-time-password-input";
import { mount } from "../react.mjs";
import { complete } from "../report.mjs";

mount((value, onChange) => h(MuiOtpInput, { length: 6, value, onChange, onComplete: complete, validateChar: (text) => /^\d?$/.test(text) }));
