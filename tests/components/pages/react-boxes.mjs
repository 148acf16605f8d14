// Six boxes as tutorials write them: each key moves the focus on, a paste into the first fills all.
import { createElement as h, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { change, complete, root } from "../report.mjs";

function Boxes() {
  const [digits, setDigits] = useState(Array(6).fill(""));
  const boxes = useRef([]);
  const set = (next) => {
    setDigits(next);
    change(next);
    if (next.every(Boolean)) complete(next);
  };
  const box = (index) =>
    h("input", {
      key: index,
      ref: (element) => void (boxes.current[index] = element),
      type: "text",
      maxLength: 1,
      value: digits[index],
      style: { width: 32 },
      onChange: ({ target }) => {
        if (!/^\d?$/.test(target.value)) return;
        set(digits.with(index, target.value));
        if (target.value) boxes.current[index + 1]?.focus();
      },
      onKeyDown: ({ key }) => {
        if (key === "Backspace" && !digits[index]) boxes.current[index - 1]?.focus();
      },
      onPaste: (event) => {
        event.preventDefault();
        set(digits.map((old, at) => event.clipboardData.getData("text")[at] ?? old));
      },
    });
  return h("div", {}, [0, 1, 2, 3, 4, 5].map(box));
}
createRoot(root()).render(h(Boxes));
