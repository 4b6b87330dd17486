import type { Watched, WatchedEvent, WatchedStep } from '../recorders/ours-watched.ts'
import { medianOf } from '../statistics.ts'
import type { WatchedCall } from './watch-calls.ts'

/** Into what a probe is taken apart, and the calls that a piece is made of. */
const callsOf = {
  picture: ['Page.captureScreenshot', 'page.screenshot'],
  tree: ['page.ariaSnapshot'],
  fields: ['readFields', 'page.title'],
  hold: ['Page.getFrameTree', 'Page.createIsolatedWorld', 'holdStill', 'drawStill'],
  release: ['releaseStill'],
  cover: ['coverElements', 'uncoverElements'],
} as const
type CallPiece = keyof typeof callsOf

/** The pieces of a probe, in ms: they overlap, so that they are not its parts. */
export const pieces = [
  ...(Object.keys(callsOf) as CallPiece[]),
  ...(['other', 'probe', 'hand-over', 'told', 'before', 'after'] as const),
]
type Piece = (typeof pieces)[number]

/** What a probe took on one kind of page. */
export interface PagePieces {
  /** `/item/*` stands for all items. */
  readonly page: string
  readonly probes: number
  /** Medians in ms of all probes of such pages. */
  readonly medians: Readonly<Record<Piece, number>>
}

/**
 * What was asked of the page between a step's action and the next step, summed by its pieces; `probe`: what the look took as a
 * whole; `hand-over`: until the recorder had its events; `told`: from the end of the action until all that was over;
 * `before` and `after`: what a step waits on its own way, before its action and after it. Pages stand in the order of the first visit.
 */
export function piecesByPage({ steps, calls, events }: Pick<Watched, 'steps' | 'calls' | 'events'>): PagePieces[] {
  const probes = steps.map((step, at) => {
    const untilMs = steps[at + 1]?.startMs ?? Infinity
    return { page: pageOf(step.url), pieces: piecesOf(step, untilMs, calls, events) }
  })
  return [...Map.groupBy(probes, ({ page }) => page)].map(([page, group]) => {
    const medianPiece = (piece: Piece): number => medianOf(group.map((probe) => probe.pieces[piece]))
    const medians = Object.fromEntries(pieces.map((piece) => [piece, medianPiece(piece)])) as Record<Piece, number>
    return { page, probes: group.length, medians }
  })
}

/** The calls that are in no piece, each once: what `other` is made of. */
export function otherCalls(calls: readonly WatchedCall[]): string[] {
  return [...new Set(calls.map(({ name }) => name).filter((name) => pieceOf(name) === undefined))]
}

function piecesOf(
  step: WatchedStep,
  untilMs: number,
  calls: readonly WatchedCall[],
  events: readonly WatchedEvent[],
): Record<Piece, number> {
  const isAfter = ({ startMs }: { readonly startMs: number }): boolean =>
    startMs >= step.actionEndMs && startMs < untilMs
  const mine = calls.filter(isAfter)
  const told = events.filter(isAfter)
  const sum = (spans: readonly { readonly startMs: number; readonly endMs: number }[]): number =>
    spans.reduce((total, { startMs, endMs }) => total + endMs - startMs, 0)
  const ofCalls = (piece: CallPiece | undefined): number => sum(mine.filter(({ name }) => pieceOf(name) === piece))
  const look = told.filter(({ type }) => type === 'screenshot' || type === 'step_observed')
  return {
    picture: ofCalls('picture'),
    tree: ofCalls('tree'),
    fields: ofCalls('fields'),
    hold: ofCalls('hold'),
    release: ofCalls('release'),
    cover: ofCalls('cover'),
    other: ofCalls(undefined),
    probe: look.find(({ type }) => type === 'step_observed')?.durationMs ?? Number.NaN,
    'hand-over': sum(look),
    told: Math.max(...look.map(({ endMs }) => endMs)) - step.actionEndMs,
    before: step.actionStartMs - step.startMs,
    after: step.endMs - step.actionEndMs,
  }
}

function pieceOf(call: string): CallPiece | undefined {
  return (Object.keys(callsOf) as CallPiece[]).find((piece) => (callsOf[piece] as readonly string[]).includes(call))
}

function pageOf(url: string): string {
  return new URL(url).pathname.replace(/^\/item\/.*/, '/item/*')
}
