/** Chrome's background has no blob addresses: this page without a window makes one, and keeps it until it is closed. */

const channel = new BroadcastChannel("sparekey-blob");
channel.onmessage = (/** @type {MessageEvent} */ { data }) => {
  if (data instanceof Uint8Array) channel.postMessage(URL.createObjectURL(new Blob([/** @type {any} */ (data)], { type: "application/octet-stream" })));
};
