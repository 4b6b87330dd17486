import { barePage, html, join, type Markup, shopPage } from './html.ts'
import { formatPrice, type Lamp } from './lamps.ts'
import { cartCount, cartLines, cartTotalCents, giftWrapCents, type CartLine, type Order, type Visitor } from './shop.ts'
import { clauses } from './terms.ts'

/** The catalogue: a search field and a card for each lamp found. */
export function cataloguePage(visitor: Visitor, query: string, found: readonly Lamp[]): string {
  const heading = query === '' ? 'All lamps' : `${found.length} lamps for “${query}”`
  return shopPage(
    'Lamps',
    cartCount(visitor),
    html`<h1>${heading}</h1>
      <form class="search" role="search" action="/">
        <input type="search" name="q" value="${query}" aria-label="Search lamps" maxlength="80" />
        <button>Search</button>
      </form>
      <ul class="grid" aria-label="Lamps">
        ${join(found.map(card))}
      </ul>`,
  )
}

function card(lamp: Lamp): Markup {
  return html`<li class="card">
    <img src="/pictures/${lamp.id}.svg" alt="" />
    <div>
      <h2><a href="/lamps/${lamp.id}">${lamp.name}</a></h2>
      <div class="row"><span class="price">${formatPrice(lamp.priceCents)}</span>${addButton(lamp, 'Add')}</div>
    </div>
  </li>`
}

function addButton(lamp: Lamp, label: string): Markup {
  if (lamp.inStock === 0) return html`<button disabled>Sold out</button>`
  return html`<form method="post" action="/cart/add">
    <input type="hidden" name="lamp" value="${lamp.id}" />
    <button aria-label="${label} ${lamp.name}">${label}</button>
  </form>`
}

/** One lamp: picture, price, its sizes in a frame, and the way into the cart. */
export function lampPage(visitor: Visitor, lamp: Lamp): string {
  return shopPage(
    lamp.name,
    cartCount(visitor),
    html`<div class="product">
      <img src="/pictures/${lamp.id}.svg" alt="${lamp.name}" />
      <div>
        <h1>${lamp.name}</h1>
        <p>${lamp.text}</p>
        <p class="price">${formatPrice(lamp.priceCents)}</p>
        <div class="actions">
          ${addButton(lamp, 'Add to cart')}
          <a href="/stock/${lamp.id}">Check the warehouse</a>
        </div>
        <iframe src="/sizes/${lamp.id}" title="Size guide"></iframe>
      </div>
    </div>`,
  )
}

/** The frame on a lamp's page. */
export function sizesPage(lamp: Lamp): string {
  const row = (name: string, value: number): Markup =>
    html`<tr>
      <th scope="row">${name}</th>
      <td>${value} cm</td>
    </tr>`
  return barePage(
    'Sizes',
    html`<table aria-label="Sizes">
      <tbody>
        ${row('Height', lamp.heightCm)}${row('Width', lamp.widthCm)}${row('Cord', lamp.cordCm)}
      </tbody>
    </table>`,
  )
}

/** The answer of the warehouse. It takes its time: see the server's `slowPageMs`. */
export function stockPage(visitor: Visitor, lamp: Lamp): string {
  const answer = lamp.inStock === 0 ? 'Sold out' : `${lamp.inStock} pieces in the warehouse`
  return shopPage(
    'Warehouse',
    cartCount(visitor),
    html`<h1>Warehouse</h1>
      <p role="status">${lamp.name}: ${answer}</p>
      <p><a href="/lamps/${lamp.id}">Back to the lamp</a></p>`,
  )
}

/** The cart, with the button that wraps it and fails the first time, and one that asks before it empties it. */
export function cartPage(visitor: Visitor): string {
  const lines = cartLines(visitor)
  if (lines.length === 0) {
    return shopPage(
      'Cart',
      0,
      html`<h1>Cart</h1>
        <p role="status">Your cart is empty.</p>
        <p><a href="/">See all lamps</a></p>`,
    )
  }
  return shopPage(
    'Cart',
    cartCount(visitor),
    html`<h1>Cart</h1>
      ${linesTable(lines, visitor.giftWrapped, cartTotalCents(visitor))}
      <div class="actions">
        ${
          visitor.giftWrapped
            ? html`<span role="status">Gift wrapped</span>`
            : html`<button type="button" class="quiet" data-gift-wrap="">
                Gift wrap for ${formatPrice(giftWrapCents)}
              </button>`
        }
        <form method="post" action="/cart/empty" data-confirm="Empty the cart?">
          <button class="quiet">Empty cart</button>
        </form>
        <a class="button" href="/checkout">Check out</a>
      </div>
      <p role="alert"></p>`,
  )
}

function linesTable(lines: readonly CartLine[], giftWrapped: boolean, totalCents: number): Markup {
  const rows = lines.map(
    ({ lamp, quantity }) =>
      html`<tr>
        <td>${lamp.name}</td>
        <td>${quantity}</td>
        <td>${formatPrice(lamp.priceCents * quantity)}</td>
      </tr>`,
  )
  return html`<table aria-label="Lamps">
    <thead>
      <tr>
        <th>Lamp</th>
        <th>Pieces</th>
        <th>Price</th>
      </tr>
    </thead>
    <tbody>
      ${join(rows)}
      ${
        giftWrapped
          ? html`<tr>
              <td>Gift wrapping</td>
              <td>1</td>
              <td>${formatPrice(giftWrapCents)}</td>
            </tr>`
          : ''
      }
      <tr>
        <th>Total</th>
        <td></td>
        <th>${formatPrice(totalCents)}</th>
      </tr>
    </tbody>
  </table>`
}

/** Address, password and card. `problems` are shown above the form; secrets are never filled in again. */
export function checkoutPage(
  visitor: Visitor,
  filled: { name: string; city: string },
  problems: readonly string[],
): string {
  return shopPage(
    'Checkout',
    cartCount(visitor),
    html`<h1>Checkout</h1>
      <form class="panel" method="post" action="/checkout" autocomplete="off">
        <p role="alert">${problems.join(' ')}</p>
        <div class="two">
          <label>Full name <input name="name" value="${filled.name}" maxlength="80" /></label>
          <label>City <input name="city" value="${filled.city}" maxlength="80" /></label>
        </div>
        <label>Account password <input name="password" type="password" maxlength="80" autocomplete="off" /></label>
        <div class="two">
          <label>Card number <input name="card" inputmode="numeric" autocomplete="cc-number" maxlength="23" /></label>
          <label>Security code <input name="cvc" inputmode="numeric" autocomplete="cc-csc" maxlength="4" /></label>
        </div>
        <p class="price">Total ${formatPrice(cartTotalCents(visitor))}</p>
        <button>Place order</button>
      </form>`,
  )
}

/** The order, confirmed. */
export function orderPage(visitor: Visitor, order: Order): string {
  return shopPage(
    'Thank you',
    cartCount(visitor),
    html`<h1>Thank you, ${order.name}</h1>
      <p role="status">Order ${order.number} is on its way to ${order.city}.</p>
      ${linesTable(order.lines, order.giftWrapped, order.totalCents)}`,
  )
}

/** The terms: far longer than any screen, with the picture of a seal that is missing. */
export function termsPage(visitor: Visitor): string {
  const rows = clauses.map(
    (clause) =>
      html`<tr>
        <td>${clause.number}</td>
        <td>${clause.title}</td>
        <td>${clause.text}</td>
      </tr>`,
  )
  return shopPage(
    'Terms',
    cartCount(visitor),
    html`<h1>Terms</h1>
      <table aria-label="Terms">
        <thead>
          <tr>
            <th>Clause</th>
            <th>About</th>
            <th>Rule</th>
          </tr>
        </thead>
        <tbody>
          ${join(rows)}
        </tbody>
      </table>
      <img data-late-picture="/pictures/seal.svg" alt="" width="1" height="1" />`,
  )
}

/** The window that the Help button opens. */
export function helpPage(): string {
  return barePage(
    'Help',
    html`<h1>Help</h1>
      <p role="status">Delivery takes 3 days and costs nothing above €50.00.</p>
      <p class="soft">Somebody answers the telephone from 9 to 17: 0555 0100.</p>`,
  )
}

/** Anything that is not there, or not allowed. */
export function refusalPage(status: number, message: string): string {
  return barePage(
    `${status}`,
    html`<h1>${status}</h1>
      <p role="alert">${message}</p>
      <p><a href="/">Back to the lamps</a></p>`,
  )
}
