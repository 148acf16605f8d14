// Describes the visible fields of this frame, writes what it is told into the fields it is told, verifies, forgets.
// It decides nothing, draws nothing, and knows no code but the one that it writes. Which field takes which code is
// chosen in the core. Injected on the user's gesture; a second injection waits for the one at work, and asks after it.
//
// Forms shadow their own properties with fields of the same name (`<input name="contains">`): what may be a form is asked
// through the prototypes alone.

(async () => {
  const world = /** @type {any} */ (globalThis);
  const api = world.browser?.runtime?.sendMessage ? world.browser : world.chrome;

  // What a descriptor holds at most; texts in characters, walks in nodes. `walk` is for all walks together: 200 fields
  // among 10,000 nodes in 2 ms.
  const MAX = { fields: 300, contexts: 48, before: 420, after: 320, outer: 260, actions: 240, elsewhere: 200, near: 100, pictures: 160, steps: 160, walk: 900, hits: 60, empties: 1000, each: 2500, screens: 2, pressed: 16 };
  const LEAST_OPACITY = 0.2;
  // Longer than any period that is waited for.
  const PATIENCE_MS = 45_000;
  // Somebody who typed a backup code in sends it by then.
  const WATCH_MS = 120_000;
  // A page that takes its field away to go on with the code is left by then.
  const LEAVES_MS = 5_000;

  const TEXT = new Set(["text", "tel", "number", "password", "email", "url", "search", "date", "textarea"]);
  const SKIP = new Set(["hidden", "submit", "button", "reset", "image", "file", "range", "color"]);
  const CONTROL = new Set(["input", "textarea", "select"]);
  /** All but the most usual elements: what is left are controls, labels, custom elements, and little else. */
  const RARE =
    ":not(span,input,label,div,i,p,a,li,td,tr,ul,h3,form,option,button,img,svg,path,g,b,strong,em,h1,h2,h4,h5,h6,section,table,tbody,thead,th,br,hr,nav,header,footer,main,article,aside,ol,dl,dt,dd,small,code,pre,u,s,sup,sub,use,rect,circle,line,polygon,script,style,link,meta,title,head,body,html,iframe,source,picture,time,template)";
  /** What may host a shadow root besides custom elements. Asking for a closed one costs more than looking at a node. */
  const HOSTS = ["div", "span", "section", "main", "article", "p", "aside", "header", "footer", "nav", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"];
  const USUAL_HOSTS = 6;
  const SILENT = new Set(["script", "style", "noscript", "template", "svg", "select", "textarea", "nav", "iframe", "object", "datalist"]);
  const PRESSABLE = new Set(["a", "button", "summary", "role=button", "role=link", "role=tab", "role=menuitem"]);
  const HEADING = new Set(["h1", "h2", "h3", "h4", "h5", "h6", "legend", "role=heading"]);
  /** A foot in one of these speaks of what is in it; any other is the page's own, of which only the buttons are heard. */
  const SECTION = "form,fieldset,dialog,[role=dialog],[role=alertdialog],[aria-modal=true],main,section,article";
  const PRESSED = "button,a,input[type=submit],input[type=button]";
  const DIALOG = "dialog,[role=dialog],[role=alertdialog],[aria-modal=true]";
  const OUT_OF_REACH = "[aria-hidden=true],[inert]";
  const DIALOG_OR_OUT = `${DIALOG},${OUT_OF_REACH}`;
  const HINTS = ["class", "data-testid", "formcontrolname", "data-test", "ng-model"];
  /** Attributes that ask fillers to keep away, and the value that means it. @type {[string, string?][]} */
  const OPT_OUT = [["data-1p-ignore"], ["data-bwignore"], ["data-protonpass-ignore"], ["data-lpignore", "true"], ["data-form-type", "other"]];
  /** By the names that every browser knows; each costs time. */
  const SHOWN = { checkOpacity: true, checkVisibilityCSS: true, contentVisibilityAuto: true };

  /** @param {number} ms */
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  /** @type {(of: { prototype: any }, name: string) => any} */
  const getter = (of, name) => Function.prototype.call.bind(/** @type {any} */ (Object.getOwnPropertyDescriptor(of.prototype, name)?.get));
  /** @type {(of: { prototype: any }, name: string) => any} */
  const method = (of, name) => Function.prototype.call.bind(of.prototype[name]);
  const nameOf = /** @type {(element: Element) => string} */ (getter(Element, "localName"));
  const parentOf = /** @type {(node: Node) => Element | null} */ (getter(Node, "parentElement"));
  const nodeAbove = /** @type {(node: Node) => Node | null} */ (getter(Node, "parentNode"));
  const textOf = /** @type {(node: Node) => string | null} */ (getter(Node, "textContent"));
  const contains = /** @type {(box: Node, node: Node) => boolean} */ (method(Node, "contains"));
  const outermost = /** @type {(node: Node) => any} */ (method(Node, "getRootNode"));
  const matches = /** @type {(element: Element, selector: string) => boolean} */ (method(Element, "matches"));
  const find = /** @type {(box: Element, selector: string) => Element | null} */ (method(Element, "querySelector"));
  const findAll = /** @type {(box: Element, selector: string) => NodeListOf<Element>} */ (method(Element, "querySelectorAll"));
  const nearest = /** @type {(element: Element, selector: string) => Element | null} */ (method(Element, "closest"));
  const rectOf = /** @type {(element: Element) => DOMRect} */ (method(Element, "getBoundingClientRect"));
  const openShadow = /** @type {(element: Element) => ShadowRoot | null} */ (getter(Element, "shadowRoot"));
  /** @param {Element} element @param {string} name */
  const attribute = (element, name) => Element.prototype.getAttribute.call(element, name) ?? "";
  /** @param {Element} element */
  const shown = (element) => Element.prototype.checkVisibility.call(element, SHOWN);
  /** @param {string | null | undefined} text @param {number} max */
  const squeeze = (text, max) => {
    const trimmed = text ? text.trim() : "";
    return (/\s\s|[^\S ]/.test(trimmed) ? trimmed.replace(/\s+/g, " ") : trimmed).slice(0, max);
  };
  /** @param {string} text */
  const count = (text) => (/^\d{1,5}$/.test(text) ? Number(text) : null);

  /** @type {Map<Node, number>} */
  const numbers = new Map();
  /** @param {Node | null} node */
  const number = (node) => {
    if (!node) return 0;
    let known = numbers.get(node);
    if (!known) numbers.set(node, (known = numbers.size + 1));
    return known;
  };

  // ---- Finding the fields ----

  /** The fields that lie in a shadow root. Asking each for its root walks up the tree. @type {Map<Element, ShadowRoot>} */
  const shadowed = new Map();
  /** @param {Element} field @returns {Document | ShadowRoot} */
  const rootOf = (field) => shadowed.get(field) ?? document;

  /** @param {Element} element @returns {ShadowRoot | null} */
  const shadowOf = (element) =>
    openShadow(element) ?? api.dom?.openOrClosedShadowRoot?.(element) ?? /** @type {any} */ (element).openOrClosedShadowRoot ?? null;

  /**
   * The form controls under a root, shadow roots included, in document order, and the labels.
   * Open and closed roots are found anywhere in a small document; in a large one they are looked for in custom elements
   * and in empty ones, where they are used. The browser's own lists by name cost next to nothing, its
   * selectors a third of a scan.
   * @param {Document | ShadowRoot} root @param {HTMLInputElement[]} into
   */
  const collect = (root, into) => {
    /** @type {Element[]} */
    const found = [];
    /** @type {Map<Element, ShadowRoot>} */
    const hosts = new Map();
    /** @param {Element} element @param {ShadowRoot | null} shadow */
    const enter = (element, shadow) => {
      if (shadow && !hosts.has(element)) hosts.set(element, shadow);
    };
    const all = tagged(root, "*");
    let kinds = 0;
    for (const name of CONTROL) {
      const controls = tagged(root, name);
      if (controls.length && found.length) kinds++;
      for (let i = 0, count = controls.length; i < count; i++) found.push(/** @type {Element} */ (controls[i]));
    }
    const captions = tagged(root, "label");
    for (let i = 0, count = captions.length; i < count; i++) collectLabel(/** @type {HTMLLabelElement} */ (captions[i]));
    const small = all.length <= MAX.each;
    if (small) {
      for (let i = 0, count = all.length; i < count; i++) {
        const element = /** @type {Element} */ (all[i]);
        if (openShadow(element) || nameOf(element).includes("-")) enter(element, shadowOf(element));
      }
    } else {
      for (const element of root.querySelectorAll(RARE)) if (nameOf(element).includes("-")) enter(element, shadowOf(element));
    }
    for (const name of small ? HOSTS : HOSTS.slice(0, USUAL_HOSTS)) {
      const boxes = tagged(root, name);
      if (boxes.length > MAX.each) continue;
      for (let i = 0, count = boxes.length; i < count; i++) {
        const element = /** @type {Element} */ (boxes[i]);
        if ((small || !element.firstChild) && empties++ < MAX.empties) enter(element, shadowOf(element));
      }
    }
    if (hosts.size || kinds) {
      found.push(...hosts.keys());
      found.sort((a, b) => (a.compareDocumentPosition(b) & 4 ? -1 : 1));
    }
    for (const element of found) {
      const shadow = hosts.get(element);
      if (shadow) collect(shadow, into);
      else {
        if (root instanceof ShadowRoot) shadowed.set(element, root);
        into.push(/** @type {HTMLInputElement} */ (element));
      }
    }
  };

  /** @param {Document | ShadowRoot} root @param {string} name */
  const tagged = (root, name) => (root instanceof Document ? root.getElementsByTagName(name) : root.querySelectorAll(name));

  /** Not empty, not scrolled out to the left, right or top. @param {DOMRect} box */
  const onPage = (box, width = innerWidth, scrolled = scrollY) => {
    const middle = box.x + box.width / 2;
    return box.width > 1 && box.height > 1 && middle >= 0 && middle <= Math.max(width, 1) && box.bottom + scrolled > 0;
  };

  /** Whether something that hides the field is painted at this point. @param {Element} element @param {Element} field */
  const hides = (element, field) => {
    const tight = rectOf(field);
    const box = rectOf(element);
    // Slots, icons and floating labels that a component draws over its own input.
    const own = /** @type {any} */ (field).labels && [.../** @type {any} */ (field).labels].some((label) => contains(label, element));
    if (own || (CONTROL.has(nameOf(field)) && box.height <= tight.height * 2 && box.width <= tight.width + 80 && near(element, field))) return false;
    if (/^(img|video|canvas|iframe|embed|object)$/i.test(nameOf(element))) return true;
    const style = getComputedStyle(element);
    const alpha = /(?:,|\/)\s*([\d.]+%?)\s*\)$/.exec(style.backgroundColor);
    const painted = style.backgroundColor !== "transparent" && !(style.backgroundColor.startsWith("rgba") && alpha && parseFloat(alpha[1] ?? "1") < 0.5);
    return painted || style.backgroundImage !== "none" || (style.backdropFilter ?? "none") !== "none";
  };

  /** Two levels up from the field, or less. @param {Element} element @param {Element} field */
  const near = (element, field) => {
    const parent = parentOf(field);
    const wrapper = (parent && parentOf(parent)) ?? parent;
    return Boolean(wrapper && !/^(body|form|main)$/i.test(nameOf(wrapper)) && contains(wrapper, element));
  };

  /** Nothing opaque over its centre, in its own root and in those around it. @param {Element} field @param {DOMRect} box */
  const uncovered = (field, box) => {
    const x = box.x + box.width / 2;
    const y = box.y + box.height / 2;
    if (y < 0 || y > innerHeight) return true;
    // Mostly nothing lies over it at all.
    const free = !shadowed.has(field) && document.elementFromPoint(x, y) === field;
    return (free || nothingOver(field, x, y)) && framesAt(x, y).every((at) => !at.inView || nothingOver(at.frame, at.x, at.y));
  };

  /** @param {Element} field or a frame @param {number} x @param {number} y */
  const nothingOver = (field, x, y) => {
    /** @type {Element | null} */
    let target = field;
    while (target) {
      const root = /** @type {Document | ShadowRoot} */ (outermost(target));
      let found = false;
      for (const element of root.elementsFromPoint(x, y)) {
        if (element === target) {
          found = true;
          break;
        }
        if (outermost(element) === root && !contains(element, target) && hides(element, field)) return false;
      }
      // An overlay host is in the path only where its own box is; what it slots may stand elsewhere.
      if (!found && target === field) return false;
      target = hostOf(root);
    }
    return true;
  };

  /** The elements that embed this frame, innermost first, as far up as their documents may be read. */
  const embedders = () => {
    /** @type {Element[]} */
    const found = [];
    try {
      for (let frame = window.frameElement; frame; frame = frame.ownerDocument.defaultView?.frameElement ?? null) found.push(frame);
    } catch {
      // Of another site: its script runs there, and the core fills nothing below it.
    }
    return found;
  };
  /** Where a point of this document lies in those above it. @param {number} x @param {number} y */
  const framesAt = (x, y) =>
    embedders().map((frame) => {
      const box = rectOf(frame);
      // Both sides scaled alike, where the page scales the frame.
      const scale = box.width / (/** @type {HTMLElement} */ (frame).offsetWidth || 1);
      x = box.x + (x + frame.clientLeft) * scale;
      y = box.y + (y + frame.clientTop) * scale;
      return { frame, x, y, inView: y >= 0 && y <= (frame.ownerDocument.defaultView?.innerHeight ?? 0) };
    });
  /** Whether the frames that this document lies in can be seen, as a field must be. */
  const framesShown = () =>
    embedders().every((frame) => {
      const view = frame.ownerDocument.defaultView;
      return view && onPage(rectOf(frame), view.innerWidth, view.scrollY) && shown(frame) && opacityOf(frame) >= LEAST_OPACITY;
    });
  /** Of all that an element lies in, in its own document. @param {Element} element */
  const opacityOf = (element) => {
    let opacity = 1;
    for (let at = /** @type {Element | null} */ (element); at; at = upOf(at)) opacity *= Number(getComputedStyle(at).opacity);
    return opacity;
  };

  // ---- Words ----

  /** What the elements say that an attribute names. @param {Element} field @param {string} name @param {string} [less] what none of them holds */
  const referenced = (field, name, less) => {
    const ids = attribute(field, name);
    if (!ids) return "";
    const root = /** @type {Document | ShadowRoot} */ (outermost(field));
    return ids.split(/\s+/).filter(Boolean).slice(0, 4)
      .map((id) => root.getElementById(id)).filter((element) => !less || !element || !find(element, less))
      .map((element) => squeeze(element && textOf(element), 120)).join(" ");
  };

  /**
   * Labels by their fields: `field.labels` walks the whole tree for each field.
   * @type {Map<Element | null, HTMLLabelElement[]>}
   */
  const labels = new Map();
  /** Labels of boxes to tick: "do not ask for a code on this device again". @type {Set<Element>} */
  const ticks = new Set();
  /** A label right behind the only field of its box, tied to none, floats over that. @param {HTMLLabelElement} label */
  const floatsOver = (label) => {
    const field = label.previousElementSibling;
    const box = parentOf(label);
    const alone = field && box && nameOf(field) === "input" && !label.htmlFor && findAll(box, "input").length === 1;
    return alone ? field : null;
  };
  /** @param {HTMLLabelElement} label */
  const collectLabel = (label) => {
    const field = label.control ?? floatsOver(label);
    if (/** @type {any} */ (field)?.type === "checkbox") ticks.add(label);
    const known = labels.get(field);
    if (known) known.push(label);
    else labels.set(field, [label]);
  };

  /** @param {HTMLInputElement} field */
  const attributesOf = (field) => {
    /** @type {Map<string, string>} */
    const given = new Map();
    for (const name of field.getAttributeNames()) given.set(name, field.getAttribute(name) ?? "");
    return given;
  };
  /** @param {HTMLInputElement} field @param {Map<string, string>} given its attributes */
  const labelOf = (field, given) => {
    const host = shadowed.get(field)?.host;
    const outside = host ? `${attribute(host, "label")} ${attribute(host, "aria-label")}` : "";
    const aria = given.has("aria-labelledby") || given.has("aria-describedby") ? `${referenced(field, "aria-labelledby")} ${referenced(field, "aria-describedby", PRESSED)}` : "";
    let own = "";
    for (const label of labels.get(field) ?? []) own += `${squeeze(label.textContent, 160)} `;
    const box = parentOf(field);
    return squeeze(`${own}${given.get("aria-label") ?? ""} ${aria} ${outside}`, 300) || squeeze(box && attribute(box, "role") === "group" ? attribute(box, "aria-label") : "", 160);
  };

  /** What an element is to the words in it, for one descriptor. @type {Map<Element, { pressable: boolean, heading: Element | null }>} */
  const kinds = new Map();
  /** @param {Element} element */
  const kindOf = (element) => {
    let kind = kinds.get(element) ?? { pressable: false, heading: null };
    // From the nearest element that is known down to this one: words of one paragraph share all above it.
    /** @type {Element[]} */
    const path = [];
    for (let at = /** @type {Element | null} */ (element); at; at = parentOf(at)) {
      const known = kinds.get(at);
      if (known) {
        kind = known;
        break;
      }
      path.push(at);
    }
    for (let at = path.pop(); at; at = path.pop()) {
      const role = `role=${attribute(at, "role")}`;
      const pressable = kind.pressable || PRESSABLE.has(nameOf(at)) || PRESSABLE.has(role) || ticks.has(at);
      const heading = HEADING.has(nameOf(at)) || HEADING.has(role) ? at : kind.heading;
      if (pressable !== kind.pressable || heading !== kind.heading) kind = { pressable, heading };
      kinds.set(at, kind);
    }
    return kind;
  };
  /** @type {Map<Element, boolean>} */
  const seen = new Map();
  /** @param {Element} element */
  const shownWords = (element) => {
    let is = seen.get(element);
    if (is === undefined) {
      is = shown(element) || getComputedStyle(element).display === "contents";
      seen.set(element, is);
    }
    return is;
  };
  let walked = 0;
  let empties = 0;
  /** What holds for an element and all in it. @type {Map<Element, { dialog: Element | null, reachable: boolean }>} */
  const above = new Map();
  /** @param {Element} field */
  const aboveOf = (field) => {
    let known = { dialog: /** @type {Element | null} */ (null), reachable: true };
    /** @type {Element[]} */
    const path = [];
    for (let at = upOf(field); at; at = upOf(at)) {
      const found = above.get(at);
      if (found) {
        known = found;
        break;
      }
      path.push(at);
    }
    for (let at = path.pop(); at; at = path.pop()) {
      if (Element.prototype.hasAttributes.call(at) && matches(at, DIALOG_OR_OUT)) {
        const out = matches(at, OUT_OF_REACH);
        known = { dialog: matches(at, DIALOG) ? at : known.dialog, reachable: known.reachable && !out };
      }
      above.set(at, known);
    }
    return known;
  };
  /** By its kind, and not by its class: that of a frame's parent is another. @param {any} root @returns {Element | null} */
  const hostOf = (root) => (root.nodeType === 11 ? (root.host ?? null) : null);
  /** The element above, through shadow roots outwards. @param {Element} element @returns {Element | null} */
  const upOf = (element) => {
    const parent = parentOf(element);
    if (parent) return parent;
    return hostOf(outermost(element));
  };

  /** @param {Element} element */
  const pictureName = (element) =>
    [attribute(element, "alt"), element.id, attribute(element, "class"), attribute(element, "src").replace(/^(data|blob):.*/s, "inline").replace(/[?#].*/, "").split("/").slice(-1)[0]?.slice(0, 60)].join(" ");
  /** A drawing as large as signs that are to be read. @param {Element} element */
  const isDrawn = (element) => {
    const { width, height } = rectOf(element);
    return height >= 20 && height <= 120 && width >= 60 && width <= 400 && width > 1.5 * height;
  };

  /** What the buttons and links of another form are called, or of the page's foot. @type {Map<Element, string>} */
  const pressed = new Map();
  /** @param {Element} box */
  const pressedIn = (box) => {
    let text = pressed.get(box);
    if (text === undefined) {
      const found = [...findAll(box, PRESSED)].slice(0, MAX.pressed).filter(shownWords);
      text = squeeze(found.map((element) => squeeze(element.localName === "input" ? attribute(element, "value") : element.textContent, 80)).filter(Boolean).join(" | "), MAX.elsewhere);
      pressed.set(box, text);
    }
    return text;
  };

  /** @param {Element | null} form */
  const formWords = (form) => {
    if (!form) return "";
    const action = attribute(form, "action").replace(/^[a-z]+:\/\/[^/]*/i, "").replace(/[?#].*/, "");
    return [attribute(form, "id"), attribute(form, "name"), attribute(form, "class"), action.slice(0, 80), attribute(form, "aria-label")].join(" ");
  };

  /**
   * The words around a field, walking from it in both directions, through shadow roots outwards, never out of its dialog.
   * @param {HTMLInputElement} field @param {Element | null} form @param {Element | null} dialog @param {number} most nodes each way
   */
  const wordsAround = (field, form, dialog, most) => {
    const words = { before: "", after: "", outer: "", heading: "", actions: "", elsewhere: "", form: "", pictures: "" };
    let close = "";
    let nearDone = false;
    let passed = false;
    let outerAfter = "";
    /** @type {Element | null} */
    let lastHeading = null;

    /** @param {Node} node @param {boolean} back */
    const take = (node, back) => {
      if (node instanceof Element) {
        const name = nameOf(node);
        if (/^(input|select|textarea)$/.test(name)) {
          const kind = /** @type {any} */ (node).type;
          if (/^(submit|button|reset)$/.test(kind)) addAction(attribute(node, "value"));
          else if (kind !== "hidden") back ? (nearDone = true) : (passed = true);
        } else if (/^(img|canvas)$/.test(name)) {
          // Without a file, or drawn as large as signs between this field and the next: maybe to be read.
          const beside = form && contains(form, node) && ((name === "img" && !attribute(node, "src")) || (!(back ? nearDone : passed) && isDrawn(node)));
          words.pictures = squeeze(`${words.pictures} ${pictureName(node)}${beside ? " inline" : ""}`, MAX.pictures);
        }
        return;
      }
      const parent = node.parentElement;
      const text = squeeze(node.nodeValue, 300);
      if (!text || !parent) return;
      const { pressable, heading } = kindOf(parent);
      if (pressable) return addAction(text);
      if (heading && back && (!words.heading || lastHeading === heading)) {
        if (!nearDone) close = `${text}\n${close}`;
        if (!lastHeading) words.heading = squeeze(textOf(heading), 160);
        lastHeading = heading;
        return;
      }
      // A new line tells the core that the words do not belong to one sentence.
      const inline = /^(span|b|i|em|strong|small|code|font|u|abbr|bdi|mark|kbd)$/.test(nameOf(parent));
      const inside = !form || contains(form, node);
      const key = inside ? (back ? "before" : "after") : "outer";
      if (back) {
        words[key] = `${text}${inline ? " " : "\n"}${words[key]}`.slice(-MAX[key]);
        if (!nearDone) close = `${text}${inline ? " " : "\n"}${close}`;
      } else if (inside) {
        words.after = `${words.after}${inline ? " " : "\n"}${text}`.slice(0, MAX.after);
      } else {
        outerAfter = `${outerAfter}\n${text}`.slice(0, MAX.outer);
      }
    };
    /** @param {string} text */
    const addAction = (text) => {
      if (words.actions.length < MAX.actions) words.actions = squeeze(`${words.actions} | ${squeeze(text, 80)}`, MAX.actions);
    };
    /** @param {Element} box */
    const addElsewhere = (box) => {
      const text = pressedIn(box);
      if (text && !words.elsewhere.includes(text)) words.elsewhere = squeeze(`${words.elsewhere} | ${text}`, MAX.elsewhere);
    };
    /** Whether neither an element nor what is in it speaks to the user of this field. @param {Node} node */
    const silent = (node) => {
      if (!(node instanceof Element)) return false;
      const name = nameOf(node);
      if (name === "svg" && form && contains(form, node) && isDrawn(node)) words.pictures = squeeze(`${words.pictures} inline`, MAX.pictures);
      if (SILENT.has(name)) return true;
      // Another form speaks of its own fields, but its buttons say what can be done on this page.
      const other = name === "form" ? node !== form && find(node, "input:not([type=hidden],[type=submit],[type=button])") : name === "footer" && !nearest(node, SECTION);
      if (other && !contains(node, field)) {
        addElsewhere(node);
        return true;
      }
      return !shownWords(node);
    };
    // A filter of ours that the walker calls for each node costs more than the walk.
    /** @param {TreeWalker} walker */
    const next = (walker) => {
      let node = walker.nextNode();
      while (node && silent(node)) {
        node = walker.nextSibling();
        while (!node && walker.parentNode()) node = walker.nextSibling();
      }
      return node;
    };
    /** @param {TreeWalker} walker @returns {Node | null} */
    const previous = (walker) => {
      for (;;) {
        let node = walker.previousSibling();
        if (!node) {
          node = walker.parentNode();
          return node && silent(node) ? previous(walker) : node;
        }
        let spoken = !silent(node);
        for (let inner = spoken ? walker.lastChild() : null; inner; inner = spoken ? walker.lastChild() : null) {
          node = inner;
          spoken = !silent(node);
        }
        if (spoken) return node;
      }
    };

    for (const back of [true, false]) {
      /** @type {Node} */
      let start = field;
      let steps = 0;
      for (;;) {
        const root = outermost(start);
        const bound = dialog && outermost(dialog) === root ? dialog : root instanceof ShadowRoot ? root : document.body;
        if (!bound || !contains(bound, start)) break;
        const walker = document.createTreeWalker(bound, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
        walker.currentNode = start;
        for (;;) {
          const node = back ? previous(walker) : next(walker);
          walked++;
          if (!node || ++steps > most) break;
          take(node, back);
          if (back ? words.before.length + words.outer.length >= MAX.before + MAX.outer / 2 : words.after.length + outerAfter.length >= MAX.after) break;
        }
        if (bound === dialog || !(root instanceof ShadowRoot) || steps > most) break;
        start = root.host;
        nearDone ||= words.before.length > 0;
      }
    }
    words.outer += outerAfter;
    if (dialog) words.heading = squeeze(`${attribute(dialog, "aria-label")} ${referenced(dialog, "aria-labelledby")} ${words.heading}`, 240);
    const grouping = field.closest("[role=group],fieldset");
    if (grouping) words.heading = squeeze(`${attribute(grouping, "aria-label")} ${referenced(grouping, "aria-labelledby")} ${words.heading}`, 240);
    words.form = formWords(form);
    for (let box = parentOf(field), level = 0; box && box !== form && level < 4; box = parentOf(box), level++) {
      if (nameOf(box) === "body") break;
      words.form += ` ${attribute(box, "id")} ${attribute(box, "class")}`;
    }
    words.form = squeeze(words.form, 300);
    return { words, near: close.trim().slice(-MAX.near) };
  };

  // ---- The descriptor ----

  /** What a field holds, without saying it. @param {HTMLInputElement} field */
  const holds = (field) => {
    const value = field.value ?? "";
    if (value === "") return "empty";
    return /^(\d{6,8}|\d)$/.test(value.replace(/[\s-]/g, "")) || (field.maxLength === 1 && value.length === 1) ? "code" : "text";
  };

  /** The origins above this frame, nearest first; `null` where the browser lets nobody look. */
  const ancestorsOf = () => {
    /** @type {string[]} */
    const origins = [];
    for (let frame = /** @type {Window} */ (window); frame !== frame.parent && origins.length < 32; frame = frame.parent) {
      try {
        origins.push(/** @type {any} */ (frame.parent).origin ?? "null");
      } catch {
        origins.push("null");
      }
    }
    // What the browser tells is better where it is whole: Firefox tells a document in an <object> of nothing above it.
    return location.ancestorOrigins?.length === origins.length ? [...location.ancestorOrigins] : origins;
  };

  const forget = () => {
    for (const held of [numbers, labels, ticks, kinds, seen, above, shadowed, opted, pressed]) held.clear();
    walked = empties = 0;
  };

  /** @returns {{ page: any, elements: HTMLInputElement[] }} */
  const describe = () => {
    forget();
    /** @type {HTMLInputElement[]} */
    const all = [];
    collect(document, all);
    /** @type {Map<Element, DOMRect>} */
    const places = new Map();
    // Each of these asks whether the layout is still good.
    const [left, top, width] = [scrollX, scrollY, innerWidth];
    // Each document has an active element of its own: that of a frame counts while those above have the focus in it. The
    // window need not have the focus: our popup may.
    const inFocus = embedders().every((frame) => outermost(frame).activeElement === frame);
    const active = inFocus ? document.activeElement : null;
    // On a page of many fields those that are screens away are nobody's next step: they are neither read nor filled. The
    // words around are read for what is in view.
    const crowded = all.length > MAX.contexts;
    const reach = crowded ? MAX.screens * innerHeight : Infinity;
    /** @param {DOMRect} box */
    const inView = (box) => !crowded || (box.bottom > 0 && box.top < innerHeight);
    const visible = framesShown();
    const [above, below] = [-reach, reach + innerHeight];
    /** @param {DOMRect} box */
    const far = (box) => box.top > below || box.bottom < above;
    /** Rows of which all is screens away: one question for all their fields. @type {Map<Element | null, boolean>} */
    const rows = new Map();
    /** @type {Element[]} */
    const buttons = [];
    const elements = all.filter((field) => {
      const type = field.type;
      if (type === "submit" || type === "image") buttons.push(field);
      if (!visible || SKIP.has(type)) return false;
      const parent = crowded ? parentOf(field) : null;
      const row = parent && parentOf(parent);
      if (row && field !== active && rows.get(row)) return false;
      const box = field.getBoundingClientRect();
      if (far(box)) {
        if (row && !rows.has(row)) {
          const around = rectOf(row);
          rows.set(row, far(around) && around.width > 1 && around.height > 1);
        }
        return false;
      }
      places.set(field, box);
      return onPage(box, width, top) && shown(field);
    });
    const truncated = elements.length > MAX.fields;
    elements.length = Math.min(elements.length, MAX.fields);

    /** @type {Map<Element | null, number>} */
    const perForm = new Map();
    for (const field of elements) perForm.set(field.form, (perForm.get(field.form) ?? 0) + 1);

    const contexts = [{ before: "", after: "", outer: "", heading: "", actions: "", elsewhere: "", form: "", pictures: "" }];
    /** @type {{ parent: Node | null, aunt: Node | null, index: number } | null} */
    let last = null;
    let hits = 0;
    const away = formsAway(elements, buttons);
    const fields = elements.map((field, n) => {
      const box = places.get(field) ?? field.getBoundingClientRect();
      const kind = field.localName === "input" ? field.type : field.localName;
      const editable = !field.readOnly && !field.matches(":disabled");
      const writable = TEXT.has(kind) && editable;
      const focused = inFocus && (shadowed.has(field) ? rootOf(field).activeElement : active) === field;
      const { dialog: within, reachable } = aboveOf(field);
      const dialog = writable ? within : null;
      const parent = field.parentNode;
      let context = 0;
      let close = "";
      const few = elements.length <= MAX.contexts || (perForm.get(field.form) ?? 0) <= 12;
      // The field that has the focus, and those of a dialog, have their words in any case.
      if (writable && (focused || dialog || (few && inView(box) && walked < (crowded ? MAX.walk / 4 : MAX.walk) && contexts.length <= MAX.contexts))) {
        const around = wordsAround(field, field.form, dialog, crowded ? MAX.steps / 4 : MAX.steps);
        close = around.near;
        // Boxes of one row share the words of the first.
        const aunt = parent && nodeAbove(parent);
        const row = last && !close && (last.parent === parent || last.aunt === aunt);
        if (row && last) context = last.index;
        else {
          context = contexts.length;
          contexts.push(around.words);
        }
        last = { parent, aunt, index: context };
      }
      const given = attributesOf(field);
      /** @param {string} name */
      const read = (name) => given.get(name) ?? "";
      return {
        n,
        kind,
        autocomplete: read("autocomplete").slice(0, 60),
        name: read("name").slice(0, 80),
        id: read("id").slice(0, 80),
        hints: squeeze(HINTS.map(read).join(" "), 160),
        label: labelOf(field, given),
        placeholder: squeeze(read("placeholder"), 120),
        title: squeeze(read("title"), 120),
        near: close,
        inputmode: read("inputmode").slice(0, 20),
        pattern: read("pattern").slice(0, 100),
        role: read("role").slice(0, 20),
        maxLength: count(read("maxlength")),
        size: count(read("size")),
        max: read("max").slice(0, 20) || null,
        x: Math.round(box.x + left),
        y: Math.round(box.y + top),
        w: Math.round(box.width),
        h: Math.round(box.height),
        topmost: !writable || !inView(box) || (crowded ? !focused && !dialog : ++hits > MAX.hits) || uncovered(field, box),
        editable,
        reachable: reachable && read("aria-hidden") !== "true" && !given.has("inert"),
        tabStop: field.tabIndex >= 0,
        focused,
        form: number(field.form),
        parent: number(parent),
        group: 0,
        optOut: OPT_OUT.some(([name, value]) => given.has(name) && (value ?? read(name)) === read(name)) || optsOut(field.form),
        away: field.form !== null && away.has(field.form),
        holds: TEXT.has(kind) ? holds(field) : "empty",
        context,
      };
    });
    groups(elements, fields);
    return { page: { origin: self.origin, ancestors: ancestorsOf(), fields, contexts, truncated, active: document.visibilityState === "visible" && document.hasFocus() }, elements };
  };

  /** @type {Map<Element, boolean>} */
  const opted = new Map();
  /** Whether a form asks fillers to keep away. @param {Element | null} form */
  const optsOut = (form) => {
    if (!form) return false;
    let is = opted.get(form);
    if (is === undefined) opted.set(form, (is = OPT_OUT.some(([name, value]) => Element.prototype.hasAttribute.call(form, name) && (value ?? attribute(form, name)) === attribute(form, name))));
    return is;
  };

  /** Whether an address leaves the page's own origin. @param {string} action */
  const leaves = (action) => {
    if (!action) return false;
    try {
      return new URL(action, document.baseURI).origin !== self.origin;
    } catch {
      return true;
    }
  };

  /** The forms that send to another origin, by themselves or by a button. @param {HTMLInputElement[]} fields @param {Element[]} buttons those that are inputs */
  const formsAway = (fields, buttons) => {
    const forms = new Set([...new Set(fields.map((field) => field.form))].filter((form) => form && leaves(attribute(form, "action"))));
    for (const root of new Set([document, ...shadowed.values()])) buttons.push(...(root instanceof Document ? root.getElementsByTagName("button") : root.querySelectorAll("button")));
    for (const button of buttons) {
      if (leaves(attribute(button, "formaction"))) forms.add(/** @type {any} */ (button).form);
    }
    return forms;
  };

  /** The nearest element that holds a field and a neighbour of it. @param {Element[]} elements @param {any[]} fields */
  const groups = (elements, fields) => {
    /** The nearest element that holds both. @param {Element | undefined} one @param {Element | undefined} other */
    const common = (one, other) => {
      if (!one || !other) return null;
      let box = parentOf(one);
      while (box && !contains(box, other)) box = parentOf(box);
      return box;
    };
    let before = null;
    for (const [index, element] of elements.entries()) {
      const after = common(element, elements[index + 1]);
      // Of two that both hold the field the inner one is nearer.
      const box = before && after ? (contains(before, after) ? after : before) : (before ?? after);
      fields[index].group = number(box);
      before = after;
    }
  };

  // ---- Writing ----

  /** @param {HTMLInputElement} field @param {string} type @param {string} text */
  const press = (field, type, text) => {
    const digit = /^\d$/.test(text);
    return field.dispatchEvent(
      new KeyboardEvent(type, { key: text.length === 1 ? text : "Unidentified", code: digit ? `Digit${text}` : "", bubbles: true, cancelable: true, composed: true }),
    );
  };

  /** @param {HTMLInputElement} field @param {string} text */
  const write = (field, text) => {
    field.focus();
    if (!document.hasFocus()) {
      // Then the browser moves the focus silently, and components that listen for it stay behind.
      field.dispatchEvent(new FocusEvent("focus", { composed: true }));
      field.dispatchEvent(new FocusEvent("focusin", { bubbles: true, composed: true }));
    }
    const handled = !press(field, "keydown", text);
    if (!(handled && field.value === text)) {
      field.value = text;
      field.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, inputType: text ? "insertText" : "deleteContentBackward", data: text || null }));
    }
    press(field, "keyup", text);
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  /** @param {HTMLInputElement} field @param {string} text */
  const paste = (field, text) => {
    field.focus();
    const page = /** @type {any} */ (window).wrappedJSObject;
    const init = { bubbles: true, cancelable: true, composed: true };
    if (page && world.cloneInto) {
      // Firefox takes the text by a name of its own, and lets a page read it only where it was made in the page.
      const own = { ...init, dataType: "text/plain", data: text };
      field.dispatchEvent(new page.ClipboardEvent("paste", world.cloneInto(own, window)));
      return;
    }
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    field.dispatchEvent(new ClipboardEvent("paste", { ...init, clipboardData }));
  };

  /** Whether a field is by its attributes what was described: some pages use one for the next step's code too. @param {HTMLInputElement} field @param {any} described */
  const isSame = (field, described) => {
    const kind = nameOf(field) === "input" ? field.type : nameOf(field);
    return kind === described.kind && ["name", "id", "autocomplete"].every((name) => attribute(field, name).slice(0, 60) === described[name].slice(0, 60));
  };
  /** And by what is said of it. Its labels now: those of then may have left the page. @param {HTMLInputElement} field @param {any} described */
  const saysSame = (field, described) => {
    labels.clear();
    for (const label of tagged(rootOf(field), "label")) collectLabel(/** @type {HTMLLabelElement} */ (label));
    const given = attributesOf(field);
    return isSame(field, described) && count(given.get("maxlength") ?? "") === described.maxLength && labelOf(field, given) === described.label && squeeze(given.get("placeholder"), 120) === described.placeholder;
  };

  /** Still there, seen, free and unchanged since it was described. @param {HTMLInputElement | undefined} field @param {any} described */
  const ready = (field, described) => {
    if (!field?.isConnected || field.matches(":disabled") || field.readOnly || !shown(field) || holds(field) !== described.holds) return false;
    if (opacityOf(field) < LEAST_OPACITY || !framesShown()) return false;
    /** @param {DOMRect} box */
    const inView = (box) => framesAt(box.x + box.width / 2, box.y + box.height / 2).every((at) => at.inView);
    const box = field.getBoundingClientRect();
    if (box.top < 0 || box.bottom > innerHeight || !inView(box)) field.scrollIntoView({ block: "center", behavior: "instant" });
    const now = field.getBoundingClientRect();
    const moved = Math.abs(now.x - box.x) > Math.max(box.width, 40);
    return !moved && onPage(now) && now.bottom > 0 && now.top < innerHeight && inView(now) && uncovered(field, now);
  };

  /** Sites set codes apart, and in capitals, as they like. @param {string[]} texts */
  const bare = (texts) => texts.join("").replace(/[\s\u00a0-]/g, "").toLowerCase();
  /** @param {HTMLInputElement[]} targets */
  const written = (targets) => bare(targets.map((field) => field.value));

  /** @param {HTMLInputElement[]} targets @param {any[]} described @param {string[]} values @returns {Promise<string>} */
  const fill = async (targets, described, values) => {
    const whole = values.join("");
    const wanted = bare(values);
    const tries = targets.length > 1 ? ["type", "paste"] : ["type"];
    let good = false;
    for (const method of tries) {
      if (method === "type") {
        for (const [index, field] of targets.entries()) {
          if (!field.isConnected) return "gone";
          if (!isSame(field, described[index])) return "changed";
          write(field, values[index] ?? "");
          // Frameworks render what one box caused before the next box is written.
          await sleep(targets.length > 1 ? 12 : 0);
        }
      } else {
        for (const field of targets) if (field.value) write(field, "");
        await sleep(12);
        const [first] = targets;
        if (!first?.isConnected) return "gone";
        paste(first, whole);
        await sleep(20);
      }
      good = written(targets) === wanted;
      if (good) await sleep(150);
      // A site that takes the whole code at once may take its fields away.
      if (good && !targets.every((field) => field.isConnected)) return "ok";
      if (written(targets) === wanted) return "ok";
    }
    if (targets.length > 1) for (const field of targets) if (field.isConnected && field.value) write(field, "");
    return good || written(targets) ? "changed" : "rejected";
  };

  /** Presses the form's only button, as the user chose for this site. @param {HTMLInputElement | undefined} field */
  const submit = (field) => {
    const form = field?.isConnected ? field.form : null;
    if (!form) return;
    const buttons = /** @type {HTMLButtonElement[]} */ ([...findAll(form, "button,input[type=submit],input[type=image]")])
      .filter((button) => button.form === form && /^(submit|image)$/.test(button.type) && !button.matches(":disabled") && shown(button));
    if (buttons.length === 1) buttons[0]?.click();
  };

  /** @param {any} order */
  const moved = (order) => api.runtime.sendMessage({ type: "moved", order: order.order });

  /**
   * Tells once when the page goes on with what was written: it is left, or the field goes after it was sent. A field that
   * just goes was put away, by "cancel" or another method, unless the page follows it at once; a link leads away as well.
   * @param {any} order @param {HTMLInputElement[]} targets @param {string} wanted @param {boolean} sent
   */
  const watch = (order, targets, wanted, sent) => {
    const form = targets[0]?.form;
    let kept = true;
    let gone = 0;
    let led = false;
    /** @param {Event} event */
    const act = (event) => {
      const at = /** @type {any} */ (event.composedPath()[0]);
      const pressed = /** @type {any} */ (event.type === "click" && at instanceof Element ? nearest(at, "button,input,a[href]") : null);
      const sends = {
        submit: at === form,
        keydown: /** @type {KeyboardEvent} */ (event).key === "Enter" && targets.includes(at),
        click: form && pressed?.form === form && /^(submit|image)$/.test(pressed.type),
      }[event.type];
      if (!event.isTrusted || written(targets) !== wanted) return;
      if (sends) sent = true;
      else if (pressed && nameOf(pressed) === "a" && !/^(#|javascript:)/i.test(attribute(pressed, "href"))) led = true;
    };
    const acts = ["submit", "keydown", "click"];
    /** @param {boolean} on */
    const end = (on) => {
      removeEventListener("pagehide", leave);
      for (const type of acts) removeEventListener(type, act, true);
      clearInterval(timer);
      if (on) Promise.resolve(moved(order)).catch(() => {});
    };
    /** @param {Event} event */
    const leave = (event) => end(event.isTrusted && kept && (sent || !led));
    const until = performance.now() + WATCH_MS;
    const timer = setInterval(() => {
      const now = performance.now();
      const there = targets.every((field) => field.isConnected && shown(field));
      // What the user took out again was not sent.
      if (there) kept = written(targets) === wanted;
      gone = there ? 0 : gone || now;
      if (now > until || (gone && (sent || !kept || now > gone + LEAVES_MS))) end(!there && kept && sent);
    }, 400);
    addEventListener("pagehide", leave);
    for (const type of acts) addEventListener(type, act, true);
  };

  /** @param {any} order @param {HTMLInputElement[]} elements @param {any} page */
  const obey = async (order, elements, page) => {
    const values = /** @type {string[]} */ (order.values);
    const targets = /** @type {HTMLInputElement[]} */ (order.targets.map((/** @type {number} */ n) => elements[n]));
    let result = "gone";
    // A page that sends itself when the code is whole must not be sent twice.
    let sent = false;
    const sending = () => (sent = true);
    // `self.origin`, because `location.origin` names the site of a sandboxed frame and not what the frame is.
    const same = self.origin === order.origin && order.origin !== "null" && targets.length === values.length;
    const described = order.targets.map((/** @type {number} */ n) => page.fields[n]);
    if (same && targets.every((field) => field?.isConnected) && !targets.every((field, index) => saysSame(field, described[index]))) result = "changed";
    else if (same && targets.every((field, index) => ready(field, described[index]))) {
      const report = () => api.runtime.sendMessage({ type: "wrote", order: order.order, result: "ok" });
      /** @param {Event} event */
      const leaving = (event) => {
        if (!event.isTrusted || written(targets) !== bare(values)) return;
        report();
        if (order.watch) moved(order);
      };
      addEventListener("pagehide", leaving);
      addEventListener("submit", sending, true);
      try {
        result = await fill(targets, described, values);
      } catch {
        // What the page put in the way of an event.
        result = "rejected";
      } finally {
        removeEventListener("pagehide", leaving);
        removeEventListener("submit", sending, true);
      }
    }
    if (order.watch && result === "ok") watch(order, targets, bare(values), sent);
    await api.runtime.sendMessage({ type: "wrote", order: order.order, result });
    if (order.submit && result === "ok" && !sent) submit(targets[0]);
  };

  const run = async () => {
    try {
      const until = performance.now() + PATIENCE_MS;
      while (performance.now() < until) {
        const { page, elements } = describe();
        const order = await api.runtime.sendMessage({ type: "fields", page });
        if (order?.order) {
          await obey(order, elements, page);
          break;
        }
        if (!order?.waitMs) break;
        await sleep(order.waitMs);
      }
    } catch {
      // The extension was reloaded, or the document went away: nothing is left to be told.
    } finally {
      forget();
    }
  };

  // Two at once would fill twice; one that did not wait would say "no field" while the other awaits the next code.
  const earlier = world.sparekeyWork;
  const work = earlier ? Promise.race([earlier, sleep(PATIENCE_MS)]).then(run) : run();
  world.sparekeyWork = work;
  await work;
  if (world.sparekeyWork === work) delete world.sparekeyWork;
})();
