// What a component told its own application: the test reads it, since the field's text alone proves nothing.

/** @type {{ value: string, complete: string | null, submitted: string | null }} */
export const held = { value: "", complete: null, submitted: null };
globalThis.held = held;

export const root = () => document.getElementById("app");
export const change = (value) => void (held.value = Array.isArray(value) ? value.join("") : String(value ?? ""));
export const complete = (value) => void (held.complete = Array.isArray(value) ? value.join("") : String(value ?? ""));
