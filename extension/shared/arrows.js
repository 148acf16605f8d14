/** Arrow keys among the parts of a list or grid, by where they are on the screen. */

/**
 * The part to go to from `from`, or `undefined` at the edge.
 * @param {HTMLElement[]} parts
 * @param {HTMLElement} from
 * @param {string} key
 */
export function neighbour(parts, from, key) {
  if (key === "Home") return parts[0];
  if (key === "End") return parts.at(-1);
  const here = centre(from);
  const sideways = key === "ArrowLeft" || key === "ArrowRight";
  const forward = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].includes(key)) return undefined;
  let best;
  let least = Infinity;
  for (const part of parts) {
    const there = centre(part);
    const ahead = forward * (sideways ? there.x - here.x : there.y - here.y);
    const aside = Math.abs(sideways ? there.y - here.y : there.x - here.x);
    // 4 px: parts of one row may differ by a fraction.
    if (part === from || ahead <= 4 || (sideways && aside > 4)) continue;
    const distance = ahead + aside * 4;
    if (distance < least) [best, least] = [part, distance];
  }
  return best;
}

/** @param {HTMLElement} part */
function centre(part) {
  const box = part.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}

/**
 * The keys of a question: Escape leaves it, and Tab goes round within it.
 * @param {() => void} leave
 */
export function modal(leave) {
  return (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      leave();
    }
    if (event.key !== "Tab") return;
    const room = /** @type {HTMLElement} */ (event.currentTarget);
    const stops = /** @type {HTMLElement[]} */ ([...room.querySelectorAll("button:not(:disabled)")]);
    if (event.shiftKey) stops.reverse();
    if (document.activeElement !== stops.at(-1)) return;
    event.preventDefault();
    stops[0]?.focus();
  };
}
