import type { PageTools } from '../page/page-tools.ts'
import type { WorldFunction } from '../page/world.ts'
import { createFieldReader, type FieldFacts, type FieldReader } from './field-facts.ts'
import { createFieldGroups, type FieldGroups } from './field-groups.ts'

/** A field after something was typed into it. */
export interface HeardField {
  /** The same for one field as long as its document is there. */
  readonly id: string
  readonly facts: FieldFacts
}

/** Reads what it hears of. */
type EarReader = Pick<FieldReader, 'factsOf' | 'textIn'> & FieldGroups

/** Hears what is typed. */
export interface TypingEar {
  /** Hear it in a document from now on, and say so at once; doing so again changes nothing. */
  hear(root: Document, reader: EarReader, selector: string): void
}

/**
 * Make what hears in our own world which fields are typed into: what a step types and sends stands in no field any more when it is
 * over. It listens, in a world whose listeners no page can see, and does nothing else. Runs there, so everything it needs stands
 * inside it or is given to it.
 */
export function createTypingEar({ all, attributeOf, matches, method, nodeType, viewOf }: PageTools): TypingEar {
  const mostFields = 50
  const mostHeard = 10_000
  /** A longer text is told again when it has grown by a tenth, or is sent. */
  const longTyped = 200
  const listen = method<[string, (event: Event) => void, boolean], void>(EventTarget.prototype, 'addEventListener')
  const pathOf = method<[], EventTarget[]>(Event.prototype, 'composedPath')

  const startEar = (reader: EarReader, selector: string): ((event: Event) => void) => {
    const { contrailTyped: tell } = globalThis as unknown as { contrailTyped?: (text: string) => void }
    const prefix = String(Math.random())
    const known = new WeakMap<Element, { id: string; type: string | null; facts: FieldFacts; told: string }>()
    let [fields, heard] = [0, 0]
    const tellOf = (field: Element, isSent: boolean): void => {
      const value = reader.textIn(field)
      const type = attributeOf(field, 'type')
      const last = known.get(field)
      const isMore = isSent || value.length <= longTyped || value.length > (last?.told.length ?? 0) * 1.1
      if (value === (last?.told ?? '') || !isMore || heard >= mostHeard) return
      heard += 1
      const id = last?.id ?? `${prefix} ${(fields += 1)}`
      // What it is called is read once: a page that is being typed into should not be laid out for it at each key.
      const isKnown = last?.type === type && !last.facts.group
      const facts = isKnown ? { ...last.facts, value } : { ...reader.factsOf(field), group: reader.groupOf(field) }
      known.set(field, { id, type, facts, told: value })
      tell?.(JSON.stringify({ id, facts }))
    }
    return (event) => {
      const [target] = pathOf(event) as [Node | undefined]
      if (!target || nodeType(target) !== 1) return
      const isSent = event.type === 'submit'
      const some = isSent ? [...all(target, selector)].slice(0, mostFields) : [target as Element]
      for (const field of some) if (matches(field, selector)) tellOf(field, isSent)
    }
  }

  return {
    hear: (root, reader, selector) => {
      const view = viewOf(root) as { contrailEar?: (event: Event) => void } | null
      if (!view) return
      view.contrailEar ??= startEar(reader, selector)
      // Whoever writes a document anew takes all listeners from it.
      for (const name of ['input', 'change', 'submit']) listen(view, name, view.contrailEar, true)
    },
  }
}

/** Hear what is typed into a document that has just come, and into the frames of its site that it holds by now. */
export const hearDocument: WorldFunction<string, void, [FieldReader, FieldGroups, TypingEar]> = {
  name: 'hearDocument',
  using: [createFieldReader, createFieldGroups, createTypingEar],
  create: ({ all, documentIn }, reader, groups, { hear }) => {
    const mostFrames = 200
    return (selector) => {
      const roots = [document]
      for (const root of roots) {
        hear(root, { ...reader, ...groups }, selector)
        for (const frame of all(root, 'iframe, frame')) {
          const inner = roots.length < mostFrames ? documentIn(frame) : undefined
          if (inner) roots.push(inner)
        }
      }
    }
  },
}
