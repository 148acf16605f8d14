// A camera for pages: Firefox takes no film for one, so the page's own camera is a canvas, and all behind it is as it ships.

/** In the page: a camera that sees one picture after the other, each given as base64. */
export async function film_on_canvas(pictures) {
  const canvas = document.createElement("canvas");
  canvas.width = 640;
  canvas.height = 640;
  const context = canvas.getContext("2d");
  const images = [];
  for (const picture of pictures) {
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    images.push(await createImageBitmap(new Blob([bytes])));
  }
  let at = 0;
  const next = () => {
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(images[at++ % images.length], 0, 0);
  };
  setInterval(next, 300);
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(30);
}
