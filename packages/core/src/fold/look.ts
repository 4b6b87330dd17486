import type { Dialog } from '../events/events.ts'
import type { ImageSlot, ObservationEntry } from '../trajectory/journal-entry.ts'
import { present } from '../values/fields.ts'
import type { ImageReference, Observation } from '../trajectory/trajectory.ts'

/** A look at the page, as the fold binds it. */
export type Look = Observation<ImageReference>

/**
 * The look that an observation holds. An empty url is no url: events must have one where nothing is known. A tree that is
 * still referred to is lost.
 */
export function toLook(event: ObservationEntry): Look {
  const { url, title, screenshot, ariaTree, partial, dialogs, pageId, tabs, onDemand, scroll } = event
  return present({
    url: url || undefined,
    title,
    screenshot: screenshot && toImage(screenshot),
    ariaTree: typeof ariaTree === 'string' ? ariaTree : undefined,
    partial,
    dialogs,
    pageId,
    tabs,
    ...pickHow(event),
    onDemand,
    scroll,
  })
}

/** Pick the fields that say how and when a look was taken. */
export function pickHow(look: Pick<ObservationEntry, HowKey>): Pick<Look, HowKey> {
  const { viewport, scale, masked, startedAt, finishedAt, late, navigated } = look
  return present({ viewport, scale, masked, startedAt, finishedAt, late, navigated }) as Pick<Look, HowKey>
}

type HowKey = 'viewport' | 'scale' | 'masked' | 'startedAt' | 'finishedAt' | 'late' | 'navigated'

/** The image of a stored frame, or the image itself where it is in memory already. */
export function toImage(slot: ImageSlot): ImageReference {
  if (!('$frame' in slot)) return slot
  return { sha256: slot.$frame, mediaType: slot.mediaType, sizeBytes: slot.sizeBytes }
}

/**
 * Join what is known of the page after a step. What named the step beats what was carried to it, and the two are joined
 * only where one is the half that the other lacks, a frame or its observation: parts of two moments are not one look.
 * Dialogs are of no moment, and all stay.
 *
 * @param carried.isFrame whether it is a frame whose observation never came
 */
export function joinLooks(
  carried: { readonly look: Look; readonly isFrame: boolean } | undefined,
  named: { readonly probeFrame?: Look; readonly observed?: Look; readonly dialogs?: Look } | undefined,
): Look {
  const { probeFrame, observed, dialogs } = named ?? {}
  const lacksObservation = !observed && !(probeFrame && carried?.look.screenshot)
  const lacksFrame = !probeFrame && carried?.isFrame
  const look = { ...(lacksObservation || lacksFrame ? carried?.look : {}), ...probeFrame, ...observed }
  const told = joinDialogs(joinDialogs(carried?.look.dialogs, observed?.dialogs), dialogs?.dialogs)
  return told ? { ...present({ url: dialogs?.url }), ...look, dialogs: told } : look
}

/**
 * Tells whether a look is of dialogs and of nothing else but an address: it adds to what a step shows already, and
 * replaces nothing of it.
 */
export function isOfDialogsAlone({ url: _, dialogs = [], ...page }: Look): boolean {
  return dialogs.length > 0 && Object.keys(page).length === 0
}

/** Add the dialogs of one look to another, which keeps its address where it has one. */
export function addDialogs(look: Look, { url, dialogs }: Look): Look {
  const joined = joinDialogs(look.dialogs, dialogs)
  return { ...(url === undefined ? {} : { url }), ...look, ...(joined ? { dialogs: joined } : {}) }
}

/**
 * Join dialogs told one after the other: what is told of the same dialog again, such as how it was answered, takes its place. With no
 * time that they opened at, two are the same only where the first is open and the second is answered.
 */
export function joinDialogs(
  before: readonly Dialog[] | undefined,
  later: readonly Dialog[] | undefined,
): readonly Dialog[] | undefined {
  if (!before || !later) return later ?? before
  const joined = [...before]
  for (const dialog of later) {
    const same = joined.findIndex((known) => isSameDialog(known, dialog))
    if (same < 0) joined.push(dialog)
    else if (dialog.answered) joined[same] = dialog
  }
  return joined
}

function isSameDialog(known: Dialog, dialog: Dialog): boolean {
  const isAlike = (['type', 'message', 'pageId', 'openedAt'] as const).every((name) => known[name] === dialog[name])
  return isAlike && (known.openedAt !== undefined || (!known.answered && dialog.answered !== undefined))
}
