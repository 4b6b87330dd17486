import { openNames } from '../names/places.ts'
import type { Report } from '../text/report.ts'

/** A line of YAML, or a member in JSON; `kind: SecretStore` is another one. */
const kind = /(?<![^\n])[ \t]{0,8}(?:- )?kind: ["']?Secret["']?(?=\s|$)|"kind": ?"Secret"/g
const longestManifest = 20_000
const entry =
  /(?:^|[\n{,])[ \t]{0,40}"?([\w.-]{1,64})"?:[ \t]{0,4}"?([\w+/=.~!@#$%^&*-]{8,4000})"?[ \t]{0,4}(?=[\r\n,}]|$)/g

/** Report what the `data` and `stringData` of a Secret of Kubernetes hold, in YAML or in JSON, whatever the name. */
export function scanManifests(text: string, report: Report): void {
  if (!text.includes('Secret')) return
  let next = 0
  for (const { 0: found, index } of text.matchAll(kind)) {
    if (index < next) continue
    const { start, ends } = found.startsWith('"') ? objectAt(text, index, next) : documentAt(text, index, next)
    next = endOfManifest(text, index + found.length, ends)
    for (const { 0: whole, 2: block = '', index: at } of text.slice(start, next).matchAll(data))
      reportEntries(block, start + at + whole.length - block.length, report)
  }
}

interface Manifest {
  readonly start: number
  /** The beginning of the next one. */
  readonly ends: RegExp
}

/** Names are sorted where a cluster tells them: `data` stands before `kind`. */
function documentAt(text: string, at: number, earliest: number): Manifest {
  const from = Math.max(earliest, at - longestManifest)
  const before = text.slice(from, at)
  return { start: from + Math.max(0, before.lastIndexOf('\n---'), before.lastIndexOf('\n- ')), ends: /\n(?:---|- )/ }
}

/** The object that begins with its version, as names are sorted, or with its kind, as an API tells them. */
function objectAt(text: string, at: number, earliest: number): Manifest {
  if (/^"kind": ?"Secret",\s{0,40}"apiVersion"/.test(text.slice(at, at + 80))) return { start: at, ends: /"kind"/ }
  const from = Math.max(earliest, at - longestManifest)
  const version = text.slice(from, at).lastIndexOf('"apiVersion"')
  return { start: version < 0 ? at : from + version, ends: version < 0 ? /\}/ : /"apiVersion"/ }
}

/** The lines that are further in, or what is between braces. */
const data =
  /(?:^|[\n{,])([ \t]{0,8})"?(?:data|stringData)"?:[ \t]{0,4}(\{[^{}]{0,9000}\}|\r?\n(?:\1[ \t]{1,40}\S[^\n]{0,4200}(?:\n|$)){1,60})/g

function endOfManifest(text: string, from: number, ends: RegExp): number {
  const rest = text.slice(from, from + longestManifest)
  const end = rest.search(ends)
  return from + (end < 0 ? rest.length : end)
}

function reportEntries(block: string, from: number, report: Report): void {
  for (const { 0: whole, 1: name = '', 2: value = '', index } of block.matchAll(entry)) {
    if (openNames.test(name)) continue
    const start = from + index + whole.lastIndexOf(value)
    report(start, start + value.length, 'secret')
  }
}
