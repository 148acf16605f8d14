// Material's text field with its floating label.
import { TextField } from "@mui/material";
import { createElement as h } from "react";
import { mount } from "../react.mjs";

mount((value, set) => h(TextField, { label: "Authentication code", value, onChange: (event) => set(event.target.value) }));
