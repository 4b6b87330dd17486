/** The most characters of an address that are looked at. */
const longestUrl = 4_000

/**
 * Tells whether an address matches a glob: `*` stands for characters but `/`, `**` for any, `{a,b}` for one of several.
 * A glob that begins with `/` is held against the path and what follows it. Case and a slash at the end make no
 * difference. Never backtracks.
 */
export function matchesUrlGlob(glob: string, url: string): boolean {
  const parsed = URL.parse(url)
  const subject = glob.startsWith('/') && parsed ? `${parsed.pathname}${parsed.search}${parsed.hash}` : url
  const whole = plain(subject)
  const paths = [whole, plain(subject.replace(/#.*$/s, ''))]
  // `/**` at the end stands for the root of a site too, which is written with a slash and without.
  const subjects = new Set([...paths, ...paths.map((path) => `${path}/`)])
  return alternatives(glob.slice(0, longestUrl)).some((one) => {
    const tokens = tokensOf(plain(one))
    return [...subjects].some((text) => matches(tokens, text))
  })
}

function plain(text: string): string {
  return text.slice(0, longestUrl).toLowerCase().replace(/\/$/, '')
}

/** More alternatives than these are not made. */
const mostAlternatives = 64

function alternatives(glob: string): string[] {
  let open = [glob]
  for (;;) {
    const at = open.findIndex((one) => /\{[^{}]*\}/.test(one))
    if (at === -1 || open.length > mostAlternatives) return open
    const [group = ''] = /\{[^{}]*\}/.exec(open[at]!) ?? []
    const made = group
      .slice(1, -1)
      .split(',')
      .map((choice) => open[at]!.replace(group, () => choice))
    open = [...open.slice(0, at), ...made, ...open.slice(at + 1)]
  }
}

function tokensOf(glob: string): string[] {
  return glob.match(/\*\*|\*|[^*]/gsu) ?? []
}

/** All places in the glob at once, character by character. */
function matches(tokens: readonly string[], text: string): boolean {
  let places = closure(tokens, new Set([0]))
  for (const character of text) {
    const next = new Set<number>()
    for (const place of places) {
      const token = tokens[place]
      if (token === '**' || (token === '*' && character !== '/')) next.add(place)
      else if (token === character) next.add(place + 1)
    }
    places = closure(tokens, next)
    if (places.size === 0) return false
  }
  return places.has(tokens.length)
}

/** A star may stand for nothing. */
function closure(tokens: readonly string[], places: ReadonlySet<number>): Set<number> {
  const all = new Set<number>()
  for (const place of places)
    for (let at = place; !all.has(at); at += 1) {
      all.add(at)
      if (tokens[at] !== '*' && tokens[at] !== '**') break
    }
  return all
}
