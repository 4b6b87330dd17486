/** Names for addresses that say which are of one site and nothing else. */
export interface Sites {
  /** `https://site-1/…` of an address, one number for each site in the order in which they are asked for. */
  nameOf(url: string): string
  /** A text with every address in it under its name; a path without a host becomes `/…`. */
  withoutUrls(text: string): string
}

/** Of more hosts than these no bare name is looked for. */
const mostHosts = 500
const rest = '[^\\s"<>]'
/** Too much taken is better than a rest that stays. Every repetition before a mark has a bound: no text makes them slow. */
const addresses = [
  // With a scheme, or without one behind two slashes.
  `[a-z][a-z0-9+.-]{0,30}://${rest}+`,
  `(?<![:\\w])//[\\w.-]{1,253}\\.\\w{2,63}${rest}*`,
  `\\b(?:mailto|data|javascript|blob|file|about|tel|sms|view-source):${rest}+`,
  // A host alone with something behind it; this machine and numbers of hosts also without.
  `\\b(?:[a-z0-9-]{1,63}\\.){1,10}[a-z]{2,63}(?::\\d{1,5})?/${rest}+`,
  `\\b(?:localhost|\\d{1,3}(?:\\.\\d{1,3}){3})(?::\\d{1,5})?(?:/${rest}*)?`,
]
const barePath = `(?<![\\w/.…<-])/[\\w%~@.-]${rest}*`

/**
 * Make the names of one recording.
 *
 * @param urls addresses of it: their hosts are found in texts also where nothing else there says that they are some
 */
export function createSites(urls: Iterable<string> = []): Sites {
  const numbers = new Map<string, number>()
  const nameOf = (url: string): string => {
    if (url === '' || url === 'about:blank') return url
    const { protocol, host } = URL.canParse(url) ? new URL(url) : { protocol: '', host: url }
    // Of one host, http and wss are one site.
    const site = host === '' ? protocol : host
    const number = numbers.get(site) ?? numbers.size + 1
    numbers.set(site, number)
    return `https://site-${number}/…`
  }
  const hosts = hostsOf(urls).map(
    (host) => `\\b${host.replaceAll(/[.[\]]/g, '\\$&')}(?![\\w-])(?::\\d{1,5})?(?:/${rest}*)?`,
  )
  const any = new RegExp([...addresses, ...hosts, barePath].join('|'), 'gi')
  return {
    nameOf,
    withoutUrls: (text) => text.replace(any, (url) => (/^\/[^/]/.test(url) ? '/…' : nameOf(withScheme(url)))),
  }
}

function hostsOf(urls: Iterable<string>): string[] {
  const hosts = new Set<string>()
  for (const url of urls) {
    const { hostname } = URL.canParse(url) ? new URL(url) : { hostname: '' }
    if (hostname !== '' && hosts.size < mostHosts) hosts.add(hostname).add(hostname.replace(/^www\./, ''))
  }
  // The longest first: of `shop.a.test` nothing is to be left before `a.test`.
  return [...hosts].toSorted((a, b) => b.length - a.length)
}

function withScheme(url: string): string {
  if (url.startsWith('//')) return `https:${url}`
  return /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(url) ? url : `https://${url}`
}
