import {
  maxAttachmentBytes,
  present,
  snapshotEvent,
  TimeLimitError,
  withTimeLimit,
  type AttachmentReference,
  type JournalEntry,
  type Loss,
} from '@contrail/core'
import { maxFrameBytes } from '../directory/names.ts'
import { attachmentGaps } from '../attachments/locate.ts'
import { AttachmentNames } from '../attachments/refer.ts'
import { toAttachment } from '../attachments/to-attachment.ts'
import { sha256 } from '../system.ts'
import { CrowdedOut, pageEventShare } from './crowded-out.ts'
import type { EventSequence } from './event-sequence.ts'
import { withoutProbeFrame } from './queue-limit.ts'
import type { Ack, Recording } from './recording.ts'
import type { RunRedactor } from '../redact/run-redactor.ts'
import { TreeReferences } from './tree-references.ts'

/** Parts that events go through on their way into a recording, and limits of how much of them may wait. */
export interface IntakeOptions {
  readonly redaction: RunRedactor
  readonly sequence: EventSequence
  readonly recording: Recording
  /** See {@link Intake}. In bytes; absent where nothing waits for a disk. */
  readonly queueLimitBytes?: number
  readonly warn: (message: string, cause?: unknown) => void
  /** Hears every entry in the moment in which it has its place. */
  readonly onEntry?: ((entry: JournalEntry) => void) | undefined
}

/**
 * Takes events into a recording: a snapshot without secrets, in the very moment in which an event is given, its place in
 * the journal, and its ack.
 *
 * Above the limit of the queue whoever waits for `room` is held; a probe frame becomes a gap only where that was in vain, or, for
 * those who cannot be held, above twice the limit. What pages do by themselves is counted, and not queued, above a quarter of it.
 */
export class Intake {
  private readonly options: IntakeOptions
  private readonly trees = new TreeReferences()
  private readonly attachments = new AttachmentNames()
  private readonly crowdedOut = new CrowdedOut()
  private readonly storing = new Map<string, Promise<void>>()
  private warned = false
  /** True where somebody was held as long as was promised, and the queue has been full ever since. */
  private heldInVain = false
  /** Probe frames that became gaps because the queue was full. */
  queueFullGaps = 0

  constructor(options: IntakeOptions) {
    this.options = options
  }

  /** @returns the ack; who does not await it is not punished for it: `health()` and `finish()` tell */
  accept(type: string, payload: unknown): Promise<Ack> {
    const ack = this.take(type, payload)
    ack.catch(ignore)
    return ack
  }

  /** Take an event whose ack nobody waits for. That it was refused is a warning. */
  acceptUnawaited(type: string, payload: unknown): void {
    this.take(type, payload).catch(this.warnRefused)
  }

  /**
   * Take an attachment: what stands for it is known at once, and that it is stored, later.
   *
   * @param stepIndex of the step that it belongs to, for the gap where it cannot be stored; default none
   */
  attach(
    bytes: Uint8Array,
    mediaType: string,
    stepIndex?: number,
  ): { reference: AttachmentReference; stored: Promise<void> } {
    const { redaction, recording } = this.options
    const attachment = toAttachment(bytes, mediaType, redaction.redactor)
    const { reference } = attachment
    const known = this.storing.get(reference.sha256)
    if (known) return { reference, stored: known }
    const gap = (reason: string, detail: object): void => {
      const step = stepIndex === undefined ? {} : { stepIndex }
      this.acceptUnawaited('gap', { what: 'event', reason, ...step, detail: { ...reference, ...detail } })
    }
    if (reference.sizeBytes > maxAttachmentBytes) {
      gap(attachmentGaps.tooLarge, { maxBytes: maxAttachmentBytes })
      return { reference, stored: Promise.resolve() }
    }
    this.attachments.add(reference)
    const stored = recording.attach(attachment).then((errno) => {
      if (errno !== undefined) gap(attachmentGaps.refused, { errno })
    })
    stored.catch(ignore)
    this.storing.set(reference.sha256, stored)
    return { reference, stored }
  }

  /** Resolves when fewer bytes than the limit wait for the disk, or after so many ms. */
  async room(limitBytes: number, timeoutMs: number): Promise<void> {
    const { recording } = this.options
    if (recording.queuedBytes < limitBytes) return
    try {
      await withTimeLimit(timeoutMs, () => recording.room(limitBytes), { holdsProcess: false })
    } catch (cause) {
      if (!(cause instanceof TimeLimitError)) throw cause
      this.heldInVain = true
    }
  }

  /** Tell of the events of pages that were only counted. */
  tellCrowdedOut(): void {
    this.crowdedOut.tell((payload) => this.store('page_event', payload))
  }

  private take(type: string, payload: unknown): Promise<Ack> {
    const { recording, queueLimitBytes = Number.POSITIVE_INFINITY } = this.options
    const limitBytes = queueLimitBytes * pageEventShare
    if (type === 'page_event' && recording.queuedBytes > limitBytes) {
      // Told when there is room again, and before the next event of another type.
      if (this.crowdedOut.isEmpty) recording.room(limitBytes).then(() => this.tellCrowdedOut(), ignore)
      return this.crowdedOut.count(payload)
    }
    // Before the next event, so that it has its place among them.
    this.tellCrowdedOut()
    return this.store(type, payload)
  }

  private store(type: string, payload: unknown): Promise<Ack> {
    try {
      const { redaction, sequence, recording, warn, onEntry } = this.options
      const whole = snapshotEvent(type, payload, { sha256, maxFrameBytes, redactor: redaction.redactor })
      const gap = this.isFull() ? withoutProbeFrame(whole, recording.queuedBytes) : undefined
      const snapshot = gap ?? whole
      if (gap) this.queueFullGaps++
      const entry = this.attachments.refer(this.trees.refer(sequence.enter(snapshot, redaction.takeReceipt())))
      onEntry?.(entry)
      const { invalid } = snapshot
      const ack = recording.store(entry, snapshot.frames)
      if (snapshot.lost && type !== 'page_event') this.tellCut(entry, snapshot.lost)
      if (invalid === undefined) return ack
      warn(`an event was recorded as a gap: ${invalid}`)
      return ack.then(() => {
        throw new TypeError(invalid)
      })
    } catch (cause) {
      return Promise.reject(cause)
    }
  }

  /** Tell by a gap of its own that an event, which is stored, has lost a part of its data. What a page says costs itself alone. */
  private tellCut({ type, ...entry }: JournalEntry, lost: Loss): void {
    const { stepIndex, source } = entry.event as { stepIndex?: number; source?: string }
    const belonging = present({ stepIndex: 'step' in entry ? entry.step : stepIndex, source })
    const reason = Object.keys(lost).some((part) => part !== 'lostCharacters') ? 'data_cut' : 'text_cut'
    this.acceptUnawaited('gap', { ...belonging, what: 'event', reason, detail: { type, ...lost } })
  }

  private isFull(): boolean {
    const { recording, queueLimitBytes = Number.POSITIVE_INFINITY } = this.options
    if (recording.queuedBytes < queueLimitBytes) this.heldInVain = false
    return this.heldInVain || recording.queuedBytes >= 2 * queueLimitBytes
  }

  /** Said once: a full disk would otherwise fill the log as well. An invalid event was already said by itself. */
  readonly warnRefused = (cause: unknown): void => {
    if (this.warned || cause instanceof TypeError) return
    this.warned = true
    this.options.warn('evidence is no longer recorded', cause)
  }
}

/** The type that an event says it has, whatever was given. */
export function typeOf(event: unknown): string {
  try {
    return String((event as { type?: unknown } | null)?.type)
  } catch {
    // A getter that throws: an event of unknown type, which is recorded as a gap.
    return 'unreadable'
  }
}

function ignore(): void {}
