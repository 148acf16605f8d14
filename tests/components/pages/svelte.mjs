import { mount } from "svelte";
import { root } from "../report.mjs";
import Field from "./field.svelte";

mount(Field, { target: root() });
