/** Names for addresses that say which are of one site and nothing else. */
export interface Sites {
  /** `https://site-1/…` of an address, one number for each site in the order in which they are asked for. */
  nameOf(url: string): string
  /** A text with every address in it under its name. */
  withoutUrls(text: string): string
}

/** With a scheme, without one, and of a host alone with something behind it. Too much taken is better than a rest that stays. */
const addresses =
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s"<>]+|(?<![:\w])\/\/[\w.-]+\.\w{2,}[^\s"<>]*|\b(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?\/[^\s"<>]+/gi

/** Make the names of one recording. */
export function createSites(): Sites {
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
  return { nameOf, withoutUrls: (text) => text.replace(addresses, (url) => nameOf(withScheme(url))) }
}

function withScheme(url: string): string {
  if (url.startsWith('//')) return `https:${url}`
  return url.includes('://') ? url : `https://${url}`
}
