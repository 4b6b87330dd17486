/** The address of an endpoint. */
export interface Address {
  /** of the chat completions themselves */
  readonly url: string
  /** what may be shown: no query, where keys can stand */
  readonly shown: string
}

/**
 * Read the address of an OpenAI-compatible server: its root (`http://localhost:8080`), its API (`https://host/v1`) or its chat
 * completions.
 *
 * @throws {TypeError} for what is no address, has a user or a password in it, or would go over a network in plain. What could
 * be a secret is not repeated.
 */
export function readAddress(text: string): Address {
  if (!URL.canParse(text))
    throw new TypeError('url: expected an address such as http://127.0.0.1:8080/v1, got something else')
  const url = new URL(text)
  if (url.username !== '' || url.password !== '')
    throw new TypeError(
      `url: expected no user and no password in it, got both or one for ${url.host}; give a key instead`,
    )
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
    throw new TypeError(`url: expected https:, or http: of this machine alone, got ${url.protocol}//${url.host}`)
  url.hash = ''
  const path = url.pathname.replace(/\/+$/, '')
  const shown = `${url.origin}${path}`
  const completions = path.endsWith('/chat/completions') ? path : `${path === '' ? '/v1' : path}/chat/completions`
  return { url: `${url.origin}${completions}${url.search}`, shown }
}

/** `URL` has turned every spelling of an address (`127.1`, `0x7f.0.0.1`) into the usual one. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname)
}
