// Budgets of a bench: what is measured several times and judged by its median, which one busy moment does not move.

/** @param {number[]} values */
export function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/**
 * Fails with the figures when any of them is over its budget.
 * @template T @param {T} figures @param {[what: string, value: number, limit: number][]} budgets @returns {T}
 */
export function within(figures, budgets) {
  const over = budgets.filter(([, value, limit]) => !(value <= limit));
  if (!over.length) return figures;
  const said = over.map(([what, value, limit]) => `${what}: ${Number(value.toFixed(3))}; ${limit} is the budget`);
  throw Object.assign(new Error(said.join("\n")), { figures });
}
