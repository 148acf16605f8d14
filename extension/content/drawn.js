// Gives back the pictures that this page itself has drawn: same-origin images, canvases and inline SVG in view, as
// data URLs. Injected into the top frame when the user scans a page, to tell whether the code that the screenshot
// shows is the page's own. Draws nothing into the page. Its value is the promise that the browser awaits.

(() => {
  // A QR code can be read from 60 px on; a page of a shop has hundreds of pictures, and the code is a large one.
  const MAX = { pictures: 8, least: 60, side: 1200 };

  /** @param {Element} element */
  const inView = (element) => {
    const box = element.getBoundingClientRect();
    const seen = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
    return seen && box.width >= MAX.least && box.height >= MAX.least && Element.prototype.checkVisibility.call(element);
  };

  /** @param {HTMLImageElement} image */
  const isOurs = (image) => {
    const url = new URL(image.currentSrc || image.src, document.baseURI);
    return url.protocol === "data:" || url.origin === self.origin;
  };

  /** @param {CanvasImageSource} source @param {number} width @param {number} height */
  const drawn = (source, width, height) => {
    const scale = Math.min(1, MAX.side / Math.max(width, height, 1));
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    // Refused where the pixels are another origin's.
    return canvas.convertToBlob();
  };

  /** @param {Blob} blob @returns {Promise<string>} */
  const asUrl = (blob) =>
    new Promise((done, failed) => {
      const reader = new FileReader();
      reader.onload = () => done(String(reader.result));
      reader.onerror = () => failed(reader.error);
      reader.readAsDataURL(blob);
    });

  /** @param {Element} element @returns {Promise<string>} */
  const picture = async (element) => {
    if (element instanceof HTMLCanvasElement) return asUrl(await drawn(element, element.width, element.height));
    if (element instanceof HTMLImageElement) {
      if (!isOurs(element)) return "";
      const box = element.getBoundingClientRect();
      return asUrl(await drawn(element, element.naturalWidth || box.width, element.naturalHeight || box.height));
    }
    return asUrl(new Blob([new XMLSerializer().serializeToString(element)], { type: "image/svg+xml" }));
  };

  const area = (/** @type {Element} */ element) => element.getBoundingClientRect().width * element.getBoundingClientRect().height;
  const elements = [...document.querySelectorAll("img,canvas,svg")].filter(inView).sort((a, b) => area(b) - area(a));
  return Promise.all(elements.slice(0, MAX.pictures).map((element) => picture(element).catch(() => ""))).then((all) =>
    all.filter((url) => url),
  );
})();
