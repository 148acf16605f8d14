// The harness and the packaging: the extension loads, and each gesture a user has reaches it and grants the tab.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { kinds } from "./lib/kinds.mjs";
import { sleep, until } from "./lib/process.mjs";

for (const kind of kinds()) {
  describe(`smoke in ${kind}`, () => {
    let session, server, url;

    before(async () => {
      server = createServer((_, response) => response.setHeader("content-type", "text/html").end("<title>smoke page</title><p id=here>text"));
      await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
      url = `http://127.0.0.1:${server.address().port}/`;
      session = await open_browser(kind, { headed: true });
      await session.background(() => {
        globalThis.seen = [];
        // Reads the title of the tab in front: refused without a gesture, since the install has no host permission.
        globalThis.read_title = async () => {
          try {
            const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
            const [{ result }] = await chrome.scripting.executeScript({ target: { tabId: tab.id }, func: () => document.title });
            return result;
          } catch (error) {
            return `refused: ${error.message}`;
          }
        };
        chrome.commands.onCommand.addListener(async (command) => globalThis.seen.push([command, await globalThis.read_title()]));
        chrome.contextMenus.onClicked.addListener(async (info) => globalThis.seen.push([info.menuItemId, await globalThis.read_title()]));
      });
    });

    after(async () => {
      await session?.close();
      server?.close();
    });

    const seen = () => session.background(() => globalThis.seen.splice(0));
    const title = () => session.background(() => globalThis.read_title());

    test("no gesture, no access", async () => {
      await session.page(url);
      await sleep(200);
      assert.match(await title(), /^refused/);
    });

    test("the toolbar button opens the popup and grants the tab", async () => {
      const page = await session.page(url);
      const popup = await session.press_button(page);
      assert.equal(await popup.evaluate((window) => window.location.pathname), "/popup/popup.html");
      assert.equal(await title(), "smoke page");
      await popup.close();
      await until("the popup to close", async () => !(await popup.is_open()));
    });

    test("the keyboard command arrives and grants the tab", async () => {
      const page = await session.page(url);
      await session.press_command(page, "fill");
      assert.deepEqual(await until("the command", async () => (await seen())[0]), ["fill", "smoke page"]);
    });

    test("the keyboard command opens the popup", async () => {
      const page = await session.page(url);
      await session.press_command(page, "open");
      // A window that was just raised may miss the keys: a hand presses again.
      const popup = await session.popup().catch(async () => {
        await session.press_command(page, "open");
        return session.popup();
      });
      assert.equal(await title(), "smoke page");
      await popup.close();
    });

    test("the context menu arrives and grants the tab", async () => {
      const page = await session.page(url);
      await session.press_menu(page, "#here");
      assert.deepEqual(await until("the click", async () => (await seen())[0]), ["fill", "smoke page"]);
    });
  });
}
