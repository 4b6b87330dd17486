/** A visitor as the shop remembers him: pieces in the cart, and orders made. Both are in the header of every page. */
export interface Visitor {
  readonly cart: number
  readonly orders: number
}

/** The number of photos that the pages show, numbered from 1. */
export const photoCount = 10

const styleSheet = `
* { box-sizing: border-box } body { margin: 0; font: 16px/1.5 "Liberation Sans", "DejaVu Sans", sans-serif; color: #222; background: #faf8f5 }
header { display: flex; gap: 22px; padding: 14px 32px; background: #fff; border-bottom: 1px solid #ddd6cc }
header strong { margin-right: auto } a { color: #96501f } h1 { font-size: 28px; margin: 0 0 12px }
main { max-width: 1180px; margin: 20px auto; padding: 0 32px 60px } .banner { width: 100%; height: 360px; object-fit: cover }
.cards { display: grid; grid-template-columns: repeat(4, 1fr); gap: 16px; padding: 0; list-style: none }
.cards img { width: 100%; height: 180px; object-fit: cover; display: block } .cards li:hover { outline: 2px solid #96501f }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: 5px 10px; border-bottom: 1px solid #ddd6cc } tr:hover td { background: #f2e9dd }
label { display: block; margin: 10px 0 } input, select, button { font: inherit; padding: 7px 11px } button:hover { background: #96501f; color: #fff }
form.fields { max-width: 460px }`

const words =
  'lamp brass shade linen oak desk floor warm light arm base glass globe paper cord switch wall night reading steel'.split(
    ' ',
  )

/** The page at a path of the shop, with the orders and the cart of this visitor, or undefined where there is none. */
export function pageAt(path: string, visitor: Visitor): string | undefined {
  const body = /^\/item\/(10|[1-9])$/.exec(path) ? itemPage(Number(path.slice(6))) : bodies[path]?.(visitor)
  return body && document(visitor, body)
}

const bodies: Readonly<Record<string, (visitor: Visitor) => string>> = {
  '/': () =>
    `<h1>Light for every room</h1><img class="banner" src="/photos/1.jpg" alt="A room with lamps"/>${cards([2, 3, 4, 5])}${prose(1, 6)}`,
  '/catalog': () => `<h1>Catalog</h1>${cards([2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2, 3])}`,
  '/offers': () => `<h1>Offers of the week</h1>${cards([7, 8, 9, 10])}${prose(2, 8)}`,
  '/search': () => `<h1>Search</h1>${searchForm}${resultTable}`,
  '/docs': () => `<h1>How to choose a lamp</h1>${contents}${chapters}`,
  '/cart': ({ cart }) =>
    `<h1>Cart</h1><p>${cart} pieces, ${cart * 79} euro.</p><p><a id="checkout" href="/checkout">Check out</a></p>${prose(3, 3)}`,
  '/checkout': ({ cart }) => `<h1>Check out ${cart} pieces</h1>${checkoutForm}`,
  '/thanks': ({ orders }) => `<h1>Thank you</h1><p>Order number ${orders} is on its way.</p>${prose(4, 3)}`,
  '/account': ({ orders }) => `<h1>Account</h1><p>${orders} orders so far.</p>${accountForm}`,
  '/about': () => `<h1>About the shop</h1>${prose(5, 10)}`,
}

function document({ cart, orders }: Visitor, body: string): string {
  const links = ['catalog', 'offers', 'search', 'docs', 'about', 'account']
    .map((name) => `<a id="to-${name}" href="/${name}">${name[0]?.toUpperCase()}${name.slice(1)}</a>`)
    .join('')
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"/><title>Lamps</title><link rel="icon" href="data:,"/><style>${styleSheet}</style></head>
<body><header><strong><a id="to-home" href="/">Lamps</a></strong>${links}<a href="/cart">Cart (${cart})</a><span>Orders (${orders})</span></header><main>${body}</main></body></html>`
}

function cards(photos: readonly number[]): string {
  const items = photos.map(
    (photo) =>
      `<li><img src="/photos/${photo}.jpg" alt=""/><a href="/item/${photo}">${nameOf(photo)}</a><p>${priceOf(photo)} euro</p></li>`,
  )
  return `<ul class="cards">${items.join('')}</ul>`
}

function itemPage(photo: number): string {
  return `<h1>${nameOf(photo)}</h1><img class="banner" src="/photos/${photo}.jpg" alt="${nameOf(photo)}"/><p>${priceOf(photo)} euro</p>
<form class="fields" method="post" action="/cart/add"><label>Colour <select id="colour"><option>brass</option><option>steel</option><option>oak</option></select></label>
<label>Pieces <input id="pieces" name="pieces" value="1"/></label><button id="add">Add to cart</button></form>${prose(photo, 4)}`
}

const searchForm = `<form action="/search"><input id="query" name="q" aria-label="Search"/> <button id="find">Find</button>
<label>Order <select id="order"><option>name</option><option>price</option></select></label></form>`

const resultTable = `<table><thead><tr><th>Number</th><th>Name</th><th>Price</th><th>Stock</th></tr></thead><tbody>${Array.from(
  { length: 200 },
  (_, row) =>
    `<tr id="row-${row + 1}"><td>${row + 1}</td><td><a href="/item/${(row % 10) + 1}">${nameOf(row)}</a></td><td>${priceOf(row)} euro</td><td>${(row * 7) % 23}</td></tr>`,
).join('')}</tbody></table>`

const contents = `<ol>${Array.from({ length: 8 }, (_, at) => `<li><a id="to-chapter-${at + 1}" href="#chapter-${at + 1}">Chapter ${at + 1}</a></li>`).join('')}</ol>`

const chapters = Array.from(
  { length: 8 },
  (_, at) => `<h2 id="chapter-${at + 1}">Chapter ${at + 1}</h2>${prose(at + 10, 4)}`,
).join('')

const checkoutForm = `<form class="fields" method="post" action="/order"><label>Name <input id="name"/></label><label>Street <input id="street"/></label>
<label>E-mail <input id="email" type="email"/></label><label>Card number <input id="card" autocomplete="cc-number"/></label>
<label>Country <select id="country"><option>Austria</option><option>France</option><option>Italy</option></select></label>
<label><input id="terms" type="checkbox"/> I have read the terms</label><button id="place-order">Place the order</button></form>`

const accountForm = `<form class="fields"><label>Shown name <input id="shown-name"/></label><label>Password <input id="password" type="password"/></label>
<button id="save" type="button">Save</button></form>`

function prose(seed: number, paragraphs: number): string {
  const word = (at: number): string => words[(at * at * 3 + at * 7 + seed * 11) % words.length] as string
  return Array.from({ length: paragraphs }, (_, paragraph) => {
    const first = paragraph * 70
    let text = word(first)
    for (let at = first + 1; at < first + 70; at++) text += ` ${word(at)}`
    return `<p>${text}.</p>`
  }).join('')
}

function nameOf(number: number): string {
  const word = (step: number): string => words[(number * step + step) % words.length] as string
  return `The ${word(3)} ${word(7)} lamp ${number}`
}

function priceOf(number: number): number {
  return 29 + ((number * 37) % 170)
}
