import type { ImageReference, Observation } from '@contrail/core'

/** A page at one moment, as far as two of them can be compared. */
export interface PageState {
  readonly url?: string | undefined
  readonly title?: string | undefined
  readonly tree?: string | undefined
  /** The tree is that of what the window showed. */
  readonly partial?: boolean | undefined
  /** The hash of its picture. */
  readonly frame?: string | undefined
}

/** Tell the page of a look; nothing where it saw neither address nor tree nor picture. */
export function pageOf(look: Observation<ImageReference> | undefined): PageState | undefined {
  if (!look) return undefined
  const { url, title, ariaTree: tree, partial, screenshot } = look
  if (url === undefined && tree === undefined && screenshot === undefined) return undefined
  return { url, title, tree, partial, frame: screenshot?.sha256 }
}

/** Compares pages, and remembers what it made of the addresses and trees it met. */
export interface PageComparer {
  /**
   * Tells whether two pages have one fingerprint: normalised address and tree, or picture where there is no tree.
   *
   * @returns undefined where one of them is not known well enough to say
   */
  isSame(one: PageState | undefined, other: PageState | undefined): boolean | undefined
  /**
   * Tells whether two pages are different ones, and not one page that an action changed: by address, or most lines of
   * their trees.
   */
  isOther(one: PageState, other: PageState): boolean
  /** A number for the fingerprint of a page: equal for equal ones. */
  fingerprint(page: PageState): number
  address(url: string): string
}

/** Make a comparer for one run. */
export function createPageComparer(): PageComparer {
  const addresses = new Map<string, string>()
  const trees = new Map<string, string>()
  const fingerprints = new Map<string, number>()
  const address = (url: string): string => remembered(addresses, url, normalizeUrl)
  const tree = (text: string): string => remembered(trees, text, normalizeTree)
  const numberOf = (key: string): number => {
    const known = fingerprints.get(key) ?? fingerprints.size
    fingerprints.set(key, known)
    return known
  }
  const isAt = (one: PageState, other: PageState): boolean | undefined =>
    one.url === undefined || other.url === undefined ? undefined : address(one.url) === address(other.url)
  return {
    address,
    isSame(one, other) {
      if (!one || !other) return undefined
      if (isAt(one, other) === false) return false
      if (one.tree !== undefined && other.tree !== undefined && one.partial === other.partial)
        return one.tree === other.tree || tree(one.tree) === tree(other.tree)
      const isSameFrame = one.frame !== undefined && one.frame === other.frame
      // A tree and none, or of a window and of a page, cannot be held against each other; equal pictures can.
      if (one.tree !== undefined || other.tree !== undefined) return isSameFrame ? true : undefined
      return one.frame === undefined || other.frame === undefined ? undefined : isSameFrame
    },
    isOther(one, other) {
      if (isAt(one, other) === false) return true
      if (one.tree === undefined || other.tree === undefined || one.tree === other.tree) return false
      return sharedLines(tree(one.tree), tree(other.tree)) < 0.5
    },
    fingerprint({ url, tree: text, frame }) {
      const look = text === undefined ? `frame ${frame ?? ''}` : `tree ${numberOf(tree(text))}`
      return numberOf(`${url === undefined ? '' : address(url)}\n${look}`)
    },
  }
}

function remembered<T>(known: Map<string, T>, text: string, make: (text: string) => T): T {
  const found = known.get(text) ?? make(text)
  known.set(text, found)
  return found
}

/**
 * Tell one address for the ways to write it: host in lower case, no slash at the end, no fragment but one that is a route
 * (`#/cart`). What is no address stays as it is.
 */
export function normalizeUrl(url: string): string {
  const parsed = URL.parse(url)
  if (!parsed) return url
  const { origin, protocol, host, pathname, search, hash } = parsed
  const place = origin === 'null' ? `${protocol}//${host}` : origin
  return `${place}${pathname.replace(/\/$/, '')}${search}${/^#[!/]/.test(hash) ? hash : ''}`
}

/** Tell the site of an address: its host without `www.`, and its port where it is no usual one. Nothing of what is on no site. */
export function siteOf(url: string | undefined): string | undefined {
  const parsed = url === undefined ? null : URL.parse(url)
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.host.replace(/^www\./, '') : undefined
}

/** Take out what names or places an element and says nothing of the page: it may differ from one look to the next. */
function normalizeTree(tree: string): string {
  return tree.includes('[') ? tree.replaceAll(/ \[(?:ref=|box=|active)[^\]\n]{0,60}\]/g, '') : tree
}

/** The share of the lines of the second tree that the first has too, 0 to 1. */
function sharedLines(one: string, other: string): number {
  const seen = new Set(one.split('\n'))
  const lines = other.split('\n')
  return lines.filter((line) => seen.has(line)).length / lines.length
}
