import { openNames } from '../names/places.ts'
import type { Report } from '../text/report.ts'

const kinds = ['kind: Secret', '"kind":"Secret"', '"kind": "Secret"']
const longestManifest = 20_000
const entry =
  /(?:^|[\n{,])[ \t]{0,40}"?([\w.-]{1,64})"?:[ \t]{0,4}"?([\w+/=.~!@#$%^&*-]{8,4000})"?[ \t]{0,4}(?=[\r\n,}]|$)/g

/** Report what the `data` and `stringData` of a Secret of Kubernetes hold, in YAML or in JSON, whatever the name. */
export function scanManifests(text: string, report: Report): void {
  let next = 0
  for (const kind of kinds) {
    for (let at = text.indexOf(kind, next); at >= 0; at = text.indexOf(kind, Math.max(next, at + kind.length))) {
      // Names are sorted where a cluster tells them: `data` stands before `kind`.
      const start = Math.max(next, beginOfManifest(text, at))
      next = endOfManifest(text, at)
      for (const { 0: whole, 1: block = '', index } of text.slice(start, next).matchAll(data))
        reportEntries(block, start + index + whole.length - block.length, report)
    }
  }
}

function beginOfManifest(text: string, at: number): number {
  const from = Math.max(0, at - longestManifest)
  return from + Math.max(0, text.slice(from, at).lastIndexOf('\n---'))
}

/** The lines that are further in, or what is between braces. */
const data =
  /(?:^|[\n{,])[ \t]{0,8}"?(?:data|stringData)"?:[ \t]{0,4}(\{[^{}]{0,9000}\}|\r?\n(?:[ \t]{1,40}\S[^\n]{0,4200}(?:\n|$)){1,60})/g

function endOfManifest(text: string, at: number): number {
  const rest = text.slice(at, at + longestManifest)
  const end = rest.indexOf('\n---')
  return at + (end < 0 ? rest.length : end)
}

function reportEntries(block: string, from: number, report: Report): void {
  for (const { 0: whole, 1: name = '', 2: value = '', index } of block.matchAll(entry)) {
    if (openNames.test(name)) continue
    const start = from + index + whole.lastIndexOf(value)
    report(start, start + value.length, 'secret')
  }
}
