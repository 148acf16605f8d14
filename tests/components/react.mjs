// A React application around one controlled component.
import { createElement, useState } from "react";
import { createRoot } from "react-dom/client";
import { change, root } from "./report.mjs";

/** `view(value, set)`: the component with its state; `empty` is what it starts with. */
export function mount(view, empty = "") {
  function App() {
    const [value, set] = useState(empty);
    return view(value, (next) => {
      set(next);
      change(next);
    });
  }
  createRoot(root()).render(createElement(App));
}
