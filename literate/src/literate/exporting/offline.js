/* The service worker of a book that a reader keeps offline: it asks the network first, so
   that nobody reads an old page while there is a new one, and the copy where it fails. */

const BASE = self.registration.scope;
const NAME = `literate ${new URL(BASE).pathname}`; // as in the page's own script

addEventListener("install", () => self.skipWaiting());
addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(BASE)) event.respondWith(answer(event.request));
});

async function answer(request) {
  const copies = await caches.open(NAME);
  const address = request.url.replace(/[?#].*$/, "").replace(/\/index\.html$/, "/");
  const find = async (name) => copies.match(name, { ignoreVary: true });
  try {
    const response = await fetch(request);
    if (response.status === 200 && (await find(address))) {
      await copies.put(address, response.clone()); // what is kept grows no older than it must
    }
    return response;
  } catch (error) {
    const found = (await find(address)) ?? (await find(`${address}/`));
    if (found) return found;
    if (request.mode === "navigate") return new Response(LACKING, { status: 503, headers: HTML });
    throw error;
  }
}

const HTML = { "Content-Type": "text/html; charset=utf-8" };
const LACKING = `<!doctype html><html lang="en"><title>Not kept offline</title>
<p>This page is not among what you keep offline. <a href="${BASE}">The book begins here.</a>`;
