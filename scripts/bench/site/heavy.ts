/** Pages that are dear to look at, by their path below `/heavy/`. Each has a button `#go`, which does nothing. */
export const heavyPages = {
  'grid/200': 'a grid of 200 rows',
  'grid/2000': 'a grid of 2,000 rows',
  'grid/10000': 'a grid of 10,000 rows',
  frames: '40 frames',
  shadows: '2,000 shadow roots',
  animated: '1,500 animated elements',
  paragraphs: '8,000 paragraphs',
} as const
export type HeavyPage = keyof typeof heavyPages

/** The page at a path of the site, or undefined where it is none of these. `/heavy/rows/<n>` has n elements, an eighth of them fields. */
export function heavyPageAt(path: string): string | undefined {
  const [, name = '', count = ''] = /^\/heavy\/(\w+)(?:\/(\d{1,6}))?$/.exec(path) ?? []
  const body = bodies[name]?.(Number(count))
  return body === undefined
    ? undefined
    : `<!doctype html><title>${name} ${count}</title><button id="go">Go</button>${body}`
}

const bodies: Readonly<Record<string, (count: number) => string>> = {
  grid: (rows) => `<table>${repeat(rows, row)}</table>`,
  // A row is eight elements, with its link, its field and its button.
  rows: (elements) => `<table>${repeat(Math.ceil(elements / 8), row)}</table>`,
  frames: () => repeat(40, (number) => `<iframe src="/heavy/frame/${number}" width="100" height="60"></iframe>`),
  frame: () =>
    `<input name="q" placeholder="Search"><script>setInterval(() => { document.body.style.color = Math.random() > 0.5 ? 'red' : 'blue' }, 200)</script>`,
  shadows: () =>
    `<div id="all"></div><script>for (let number = 0; number < 2000; number++) {
      const host = document.createElement('x-item')
      host.attachShadow({ mode: 'open' }).innerHTML = '<div><span>item ' + number + '</span><button>Do</button></div>'
      document.querySelector('#all').append(host)
    }</script>`,
  animated: () =>
    `<style>@keyframes turn { to { transform: rotate(1turn) } } i { display: inline-block; width: 20px; height: 20px; background: red; animation: turn 1s infinite }</style>${'<i></i>'.repeat(1_500)}`,
  paragraphs: () =>
    repeat(8_000, (number) => `<p>Paragraph ${number} says what the one before it said, and <b>a little</b> more.</p>`),
}

function row(number: number): string {
  return `<tr><td>${number}<td><a href="#${number}">order ${number}</a><td><input value="note ${number}"><td><button>Edit</button>`
}

function repeat(count: number, write: (number: number) => string): string {
  return Array.from({ length: count }, (_, number) => write(number)).join('')
}
