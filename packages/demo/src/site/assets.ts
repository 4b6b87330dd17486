/** The style sheet of the shop. System fonts only: nothing is fetched from anywhere. */
export const styleSheet = `
:root { --ink: #2b2622; --soft: #7a6f66; --line: #e6ddd2; --paper: #fbf8f3; --accent: #a4572a; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, "Liberation Sans", "DejaVu Sans", sans-serif; color: var(--ink); background: var(--paper); }
header { display: flex; justify-content: space-between; align-items: center; padding: 16px 40px; background: #fff; border-bottom: 1px solid var(--line); }
.brand { font: 700 22px Georgia, "DejaVu Serif", serif; color: var(--ink); text-decoration: none; }
nav { display: flex; gap: 24px; align-items: center; }
nav a, nav button { color: var(--ink); text-decoration: none; background: none; border: 0; font: inherit; padding: 4px; cursor: pointer; }
nav a:hover, nav button:hover { color: var(--accent); background: none; }
main { max-width: 1120px; margin: 28px auto; padding: 0 40px; min-height: 420px; }
main.bare { margin: 0; padding: 20px; min-height: 0; }
footer { padding: 20px 40px; color: var(--soft); font-size: 13px; border-top: 1px solid var(--line); }
h1 { font: 700 30px/1.2 Georgia, "DejaVu Serif", serif; margin: 0 0 16px; }
h2 { font-size: 17px; margin: 12px 0 2px; }
a { color: var(--accent); }
button, .button { background: var(--accent); color: #fff; border: 0; border-radius: 6px; padding: 9px 16px; font: inherit; cursor: pointer; text-decoration: none; display: inline-block; }
button:hover { background: #874420; }
button:disabled { background: #cfc6bc; cursor: not-allowed; }
button.quiet { background: #efe7dc; color: var(--ink); }
input { font: inherit; padding: 9px 12px; border: 1px solid #cfc4b6; border-radius: 6px; background: #fff; width: 100%; }
label { display: block; margin: 0 0 12px; font-size: 14px; color: var(--soft); }
.search { display: flex; gap: 8px; max-width: 520px; margin-bottom: 22px; }
.grid { display: grid; grid-template-columns: repeat(3, 1fr); gap: 22px; list-style: none; padding: 0; margin: 0; }
.card { background: #fff; border: 1px solid var(--line); border-radius: 10px; overflow: hidden; padding: 0 0 14px; }
.card img { display: block; width: 100%; height: 190px; object-fit: cover; }
.card > div { padding: 0 16px; }
.row { display: flex; justify-content: space-between; align-items: center; margin-top: 8px; }
.price { font-weight: 700; }
.soft { color: var(--soft); }
.product { display: grid; grid-template-columns: 460px 1fr; gap: 36px; }
.product img { width: 100%; border-radius: 10px; border: 1px solid var(--line); }
.actions { display: flex; gap: 10px; align-items: center; margin: 16px 0; flex-wrap: wrap; }
iframe { width: 100%; height: 150px; border: 1px solid var(--line); border-radius: 8px; background: #fff; }
table { border-collapse: collapse; width: 100%; background: #fff; }
th, td { text-align: left; padding: 9px 12px; border-bottom: 1px solid var(--line); }
.panel { background: #fff; border: 1px solid var(--line); border-radius: 10px; padding: 22px; max-width: 560px; }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 16px; }
[role="alert"]:not(:empty) { background: #fbe6e0; color: #7c2413; border-radius: 6px; padding: 8px 12px; }
[role="status"]:not(:empty) { background: #e4f0e2; color: #285123; border-radius: 6px; padding: 8px 12px; }
`

/** The only script of the shop: the popup, pictures that come late, the question before the cart is emptied, and the gift wrapping with its alert, which complains on the console. */
export const script = `
for (const button of document.querySelectorAll('[data-popup]')) {
  button.addEventListener('click', () => window.open(button.dataset.popup, 'help', 'popup,width=440,height=480'))
}
for (const form of document.querySelectorAll('form[data-confirm]')) {
  form.addEventListener('submit', (event) => { if (!window.confirm(form.dataset.confirm)) event.preventDefault() })
}
for (const image of document.querySelectorAll('[data-late-picture]')) image.src = image.dataset.latePicture
const wrap = document.querySelector('[data-gift-wrap]')
wrap?.addEventListener('click', async () => {
  const response = await fetch('/cart/gift-wrap', { method: 'POST' })
  if (response.ok) {
    window.alert('Your lamps will be gift wrapped.')
    return location.reload()
  }
  document.querySelector('[role="alert"]').textContent = await response.text()
  console.error('ribbon machine stuck')
})
`
