import "../compiler.mjs";
import { Component } from "@angular/core";
import { NgOtpInputComponent } from "ng-otp-input";
import { start } from "../angular.mjs";
import { change } from "../report.mjs";

class App {
  config = { length: 6, allowNumbersOnly: true };
  changed = change;
}
start(Component({ selector: "app-root", imports: [NgOtpInputComponent], template: `<ng-otp-input (onInputChange)="changed($event)" [config]="config" />` })(App));
