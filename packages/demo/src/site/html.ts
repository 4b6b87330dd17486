/** HTML that may be sent as it is. Only {@link html} and {@link join} make it. */
export interface Markup {
  readonly markup: string
}

/**
 * A template of HTML. Every value is escaped, unless it is markup itself.
 * Good in text and in quoted attributes; never put a value into a script, a style or a bare attribute.
 */
export function html(parts: TemplateStringsArray, ...values: readonly (string | number | Markup)[]): Markup {
  const filled = values.map(
    (value, index) => (typeof value === 'object' ? value.markup : escapeHtml(String(value))) + parts[index + 1],
  )
  return { markup: parts[0] + filled.join('') }
}

/** Markup one after the other. */
export function join(pieces: readonly Markup[]): Markup {
  return { markup: pieces.map((piece) => piece.markup).join('') }
}

/** A whole page of the shop, with its header and footer. */
export function shopPage(title: string, cartCount: number, body: Markup): string {
  return document(
    title,
    html`<header>
        <a class="brand" href="/">Lumen &amp; Sons</a>
        <nav aria-label="Shop">
          <a href="/">Lamps</a>
          <a href="/terms">Terms</a>
          <button type="button" data-popup="/help">Help</button>
          <a href="/cart">Cart (${cartCount})</a>
        </nav>
      </header>
      <main>${body}</main>
      <footer>Lumen &amp; Sons is a shop that does not exist. Nothing here is sold, nothing is sent anywhere.</footer>`,
  )
}

/** A small page without header: the popup and the frame. */
export function barePage(title: string, body: Markup): string {
  return document(title, html`<main class="bare">${body}</main>`)
}

function document(title: string, body: Markup): string {
  return `<!doctype html>${
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} – Lumen &amp; Sons</title>
        <link rel="icon" href="/pictures/gigi.svg" />
        <link rel="stylesheet" href="/shop.css" />
        <script src="/shop.js" defer></script>
      </head>
      <body>
        ${body}
      </body>
    </html>`.markup
  }`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}
