import type { PageTools } from '../page/page-tools.ts'
import type { WorldFunction } from '../page/world.ts'
import { createFieldReader, type FieldFacts, type FieldReader } from './field-facts.ts'
import { createFieldGroups, type FieldGroups } from './field-groups.ts'
import { inPage } from '../page/in-page.ts'

/** A field after something was typed into it. */
export interface HeardField {
  /** The same for one field as long as its document is there. */
  readonly id: string
  readonly facts: FieldFacts
  /** It took a key or a text without an event that tells its value: the value of the facts says nothing. */
  readonly isTaken: boolean
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
export const createTypingEar = inPage(
  ({ all, attributeOf, matches, method, nodeType, viewOf }: PageTools): TypingEar => {
    const mostFields = 50
    const mostHeard = 10_000
    /** A longer text is told again when it has grown by a tenth, or is sent. */
    const longTyped = 200
    const beginnings = ['keydown', 'beforeinput', 'focusout']
    const listen = method<[string, (event: Event) => void, boolean], void>(EventTarget.prototype, 'addEventListener')
    const pathOf = method<[], EventTarget[]>(Event.prototype, 'composedPath')

    const startEar = (reader: EarReader, selector: string): ((event: Event) => void) => {
      const told = globalThis as unknown as { contrailTyped?: (text: string) => void }
      const prefix = String(Math.random())
      const known = new WeakMap<Element, { id: string; type: string | null; facts: FieldFacts; told: string }>()
      /** Fields that were given a key or a text, and did not tell of it yet. */
      const given = new WeakSet<Element>()
      let [fields, heard] = [0, 0]
      const tell = (field: Element, value: string, isTaken: boolean): void => {
        const type = attributeOf(field, 'type')
        const last = known.get(field)
        const id = last?.id ?? `${prefix} ${(fields += 1)}`
        // What it is called is read once: a page that is being typed into should not be laid out for it at each key.
        const isKnown = last?.type === type && !last.facts.group
        const read = isKnown ? last.facts : { ...reader.factsOf(field), group: reader.groupOf(field, reader) }
        const facts = { ...read, value }
        known.set(field, { id, type, facts, told: isTaken ? (last?.told ?? '') : value })
        told.contrailTyped?.(JSON.stringify({ id, facts, isTaken }))
      }
      const tellOf = (field: Element, isSent: boolean): void => {
        const value = reader.textIn(field)
        const last = known.get(field)
        const isMore = isSent || value.length <= longTyped || value.length > (last?.told.length ?? 0) * 1.1
        if (value === (last?.told ?? '') || !isMore || heard >= mostHeard) return
        heard += 1
        tell(field, value, false)
      }
      /** Each key or text begins with `keydown`, `beforeinput` or both, and ends with `input`, unless the page takes it. */
      const noteGiven = (field: Element, event: Event): void => {
        const isKey = event.type === 'keydown' && (event as KeyboardEvent).key.length === 1
        if (given.has(field) && (isKey || event.type === 'focusout')) tell(field, '', true)
        if (isKey || event.type === 'beforeinput') given.add(field)
        else if (event.type === 'focusout') given.delete(field)
      }
      return (event) => {
        const [target] = pathOf(event) as [Node | undefined]
        if (!target || nodeType(target) !== 1) return
        if (beginnings.includes(event.type)) {
          // Of a page's own events there may be any number.
          if (event.isTrusted && matches(target, selector)) noteGiven(target as Element, event)
          return
        }
        given.delete(target as Element)
        const isSent = event.type === 'submit'
        const some = isSent ? [...all(target, selector)].slice(0, mostFields) : [target as Element]
        for (const field of some) if (matches(field, selector)) tellOf(field, isSent)
      }
    }

    return {
      hear: (root, reader, selector) => {
        const view = viewOf(root) as { contrailEar?: (event: Event) => void } | null
        if (!view || !('contrailTyped' in globalThis)) return // nobody to tell
        view.contrailEar ??= startEar(reader, selector)
        // Whoever writes a document anew takes all listeners from it.
        for (const name of [...beginnings, 'input', 'change', 'submit']) listen(view, name, view.contrailEar, true)
      },
    }
  },
)

/**
 * Hear what is typed into a document that has just come, and into the frames of its site that it holds by now. Gives false for one
 * that is such a frame itself.
 */
export const hearDocument: WorldFunction<string, boolean, [FieldReader, FieldGroups, TypingEar]> = {
  name: 'hearDocument',
  using: [createFieldReader, createFieldGroups, createTypingEar],
  create: inPage(({ all, documentIn, isInClosed }, reader, groups, { hear }) => {
    const mostFrames = 200
    return (selector) => {
      if (frameElement && !isInClosed(frameElement)) return false
      const roots = [document]
      for (const root of roots) {
        hear(root, { ...reader, ...groups }, selector)
        for (const frame of all(root, 'iframe, frame')) {
          const inner = roots.length < mostFrames ? documentIn(frame) : undefined
          if (inner) roots.push(inner)
        }
      }
      return true
    }
  }),
}
