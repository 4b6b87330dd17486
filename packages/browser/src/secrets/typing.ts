import type { RedactionKind } from '@contrail/core'
import type { Frame, Page } from 'playwright'
import type { OwnSession } from '../page/cdp-session.ts'
import { callInPlaywright, hearInPlaywright } from '../page/playwright-world.ts'
import { callInWorld, mainFrameOf, toldByWorld } from '../page/world.ts'
import type { SeenSecret } from './seen-secrets.ts'
import { fieldSelector, kindOfFacts, wholeOf } from './sensitive-fields.ts'
import { hearDocument, type HeardField } from '../fields/typing-ear.ts'

/** The texts that were typed into the fields of a page since it is listened to, also those that are gone. */
export interface PageTyping {
  /** A number that grows with each text that is heard. */
  readonly heard: number
  /** Those that came since `heard` was that number: into fields for secrets, and into others. */
  since(heard: number): {
    readonly secrets: readonly SeenSecret[]
    readonly plain: readonly string[]
    /** A field for a secret was typed into, also where the page took each key and no text came to stand in it. */
    readonly isTaken: boolean
  }
}

interface TypedText {
  readonly value: string
  readonly kind: RedactionKind | undefined
  readonly isPart: boolean
  /** The page showed its characters as discs. */
  readonly wasHidden: boolean
  readonly heard: number
  /** It is what was left of the one before it. */
  readonly isRest: boolean
}

/** More than these are forgotten, the oldest first. */
const mostFields = 100
const mostTexts = 20

interface PageTexts {
  heard: number
  /** The number by the last key that a field for a secret took without a text. */
  taken: number
  readonly byField: Map<string, TypedText[]>
}

const typings = new WeakMap<Page, PageTexts>()
const listening = new WeakSet<OwnSession | Page>()

/** Listen to the session of a page, or of a frame of it, from now on. Doing so again changes nothing. */
export function listenToTyping(page: Page, session: OwnSession): void {
  if (listening.has(session)) return
  listening.add(session)
  session.on('Runtime.bindingCalled', ({ name, payload }) => {
    if (name === toldByWorld) noteHeard(page, payload)
  })
  const { hear, hearAnew } = createHearing(async (frameId: string) => {
    await callInWorld(session, frameId, hearDocument, fieldSelector).catch(() => {}) // one that is gone again
  })
  // A frame of the site of its page is reached from there.
  session.on('Page.frameNavigated', ({ frame }) => {
    if (frame.parentId === undefined) return hearAnew(frame.id)
    mainFrameOf(session).then(hear, () => {}) // one that is gone
  })
  session.on('Page.documentOpened', ({ frame }) => hear(frame.id))
}

/** Asks documents to listen, each by its frame. */
interface Hearing<Of> {
  /** Ask a document, and the frames that it holds by now. */
  hear(of: Of): void
  /** Ask a document that has just come: what the one before was asked may never be answered. */
  hearAnew(of: Of): void
}

/** A page of many frames tells of each of them: while one call is under way those to come need one more, not one each. */
function createHearing<Of>(call: (of: Of) => Promise<void>): Hearing<Of> {
  const calls = new Map<Of, { isAsked: boolean }>()
  const run = async (of: Of): Promise<void> => {
    const own = { isAsked: true }
    calls.set(of, own)
    while (own.isAsked) {
      own.isAsked = false
      await call(of)
    }
    if (calls.get(of) === own) calls.delete(of)
  }
  return {
    hear: (of) => {
      const underWay = calls.get(of)
      if (underWay) underWay.isAsked = true
      else void run(of)
    },
    hearAnew: (of) => void run(of),
  }
}

/** Listen to a page that has no session for us, in the world that Playwright keeps for itself. Doing so again changes nothing. */
export function listenByPlaywright(page: Page): void {
  if (listening.has(page)) return
  listening.add(page)
  const { hear, hearAnew } = createHearing(hearFrame)
  page.on('framenavigated', (frame) => {
    hearAnew(frame)
    for (let at = frame.parentFrame(); at; at = at.parentFrame()) hear(at)
  })
  page.on('domcontentloaded', () => hear(page.mainFrame())) // also of a document that was written anew
  for (const frame of page.frames()) hear(frame)
}

async function hearFrame(frame: Frame): Promise<void> {
  const hears = await callInPlaywright(frame, hearDocument, fieldSelector).catch(() => false) // one that is gone again
  if (hears) await hearInPlaywright(frame, (text) => noteHeard(frame.page(), text))
}

function noteHeard(page: Page, text: string): void {
  const { id, facts, isTaken } = JSON.parse(text) as HeardField
  const kind = kindOfFacts(facts)
  if (isTaken) {
    const texts = textsOf(page)
    if (kind) texts.taken = texts.heard += 1
    return
  }
  const whole = kind && wholeOf(facts.group, kind)
  const { value, isHidden, wasPassword } = facts
  note(page, id, { value, kind, isPart: whole !== undefined, wasHidden: isHidden || wasPassword })
  if (whole) note(page, `${id} with others`, { ...whole, isPart: false, wasHidden: false })
  // The first sign of a longer text looked like that of a box among others.
  else typings.get(page)?.byField.delete(`${id} with others`)
}

/** All that was typed into a page. */
export function typingOf(page: Page): PageTyping {
  const typing = typings.get(page)
  return {
    heard: typing?.heard ?? 0,
    since: (heard) => {
      const texts = [...(typing?.byField.values() ?? [])].flat().filter((text) => text.heard > heard)
      const secrets = texts.flatMap(({ value, kind, isPart }) => (kind ? [{ value, kind, isPart }] : []))
      return {
        secrets,
        isTaken: secrets.length > 0 || (typing?.taken ?? 0) > heard,
        plain: texts.flatMap(({ value, kind }) => (kind ? [] : [value])),
      }
    },
  }
}

function textsOf(page: Page): PageTexts {
  const texts = typings.get(page) ?? { heard: 0, taken: 0, byField: new Map<string, TypedText[]>() }
  typings.set(page, texts)
  return texts
}

/** Note a text: one that goes on where the last one of its field ended takes its place, and so does what is left of a rest. */
function note(page: Page, id: string, text: Omit<TypedText, 'heard' | 'isRest'>): void {
  const { value } = text
  const typing = textsOf(page)
  const { byField } = typing
  const texts = byField.get(id) ?? []
  byField.delete(id)
  byField.set(id, texts)
  for (const oldest of byField.keys()) {
    if (byField.size <= mostFields) break
    byField.delete(oldest)
  }
  const last = texts.at(-1)
  // What is typed after a toggle has shown it as a plain text goes on being a secret.
  const wasHidden = text.wasHidden || last?.wasHidden === true
  const kind = text.kind ?? (wasHidden ? last?.kind : undefined)
  typing.heard += 1
  const isMore = last !== undefined && value.startsWith(last.value)
  const isRest = !isMore && last?.value.startsWith(value) === true
  if (isMore || (isRest && last.isRest)) texts.pop()
  if (value === '') return
  texts.push({ ...text, kind, wasHidden, heard: typing.heard, isRest })
  if (texts.length > mostTexts) texts.shift()
}
