// A reactive form with validators: the control's value counts, and the button opens only for a valid one.
import "../compiler.mjs";
import { Component } from "@angular/core";
import { FormControl, ReactiveFormsModule, Validators } from "@angular/forms";
import { start } from "../angular.mjs";
import { change } from "../report.mjs";

class App {
  code = new FormControl("", [Validators.required, Validators.pattern(/^\d{6}$/)]);
  constructor() {
    this.code.valueChanges.subscribe((value) => this.code.valid && change(value));
  }
}
start(Component({
  selector: "app-root",
  imports: [ReactiveFormsModule],
  template: `<label>Authentication code <input [formControl]="code" autocomplete="off"></label><button [disabled]="code.invalid">Verify</button>`,
})(App));
