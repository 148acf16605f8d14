import { mount } from "svelte";
import { root } from "../report.mjs";
import Boxes from "./boxes.svelte";

mount(Boxes, { target: root() });
