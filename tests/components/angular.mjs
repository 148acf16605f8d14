// Starts a standalone Angular application, compiled in the page.
import "./compiler.mjs";
import { provideZonelessChangeDetection } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { root } from "./report.mjs";

export function start(app) {
  root().append(document.createElement("app-root"));
  bootstrapApplication(app, { providers: [provideZonelessChangeDetection()] });
}
