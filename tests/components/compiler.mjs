// Angular's compiler for components that were not compiled before. Its package is marked as free of side effects, so
// a plain import would be dropped. To be imported before any component.
import { publishFacade } from "@angular/compiler";

publishFacade(globalThis);
