import { useState } from 'preact/hooks'
import { formatNumber } from './format.ts'
import { linkOf, shown } from './shown.ts'

/** Up to here a text stands on the page by itself. */
const firstPart = 262_144
/** More than this is never put on a page. */
const mostText = 5_000_000

/** Recorded text, as text: what hides is escaped, and a long one is cut until somebody asks for all. */
export function Text({ text }: { text: string }) {
  const [all, setAll] = useState(false)
  if (text.length <= firstPart) return <span class="text">{shown(text)}</span>
  const part = text.slice(0, all ? mostText : firstPart)
  return (
    <>
      <span class="text">{shown(part)}</span>
      {all ? (
        text.length > mostText && (
          <em class="none"> … {formatNumber(text.length - mostText)} characters are not shown</em>
        )
      ) : (
        <button type="button" class="link" onClick={() => setAll(true)}>
          show all ({formatNumber(text.length)} characters)
        </button>
      )}
    </>
  )
}

/** A recorded address: a link only where it leads to the web. */
export function Address({ url }: { url: string }) {
  const href = linkOf(url)
  const text = shown(url.slice(0, 2_000))
  if (href === undefined) return <span class="text">{text}</span>
  return (
    <a class="text" href={href} target="_blank" rel="noopener noreferrer">
      {text}
    </a>
  )
}

/** Plain data: a text as it is, all else as JSON. */
export function Value({ value }: { value: unknown }) {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, undefined, 2) ?? String(value))
  return <Text text={text} />
}

/** The word and the look that claims have everywhere. */
export function ClaimChip() {
  return <span class="chip claim">claim</span>
}
