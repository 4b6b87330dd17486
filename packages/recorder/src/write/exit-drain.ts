import { systemClock } from '@contrail/core'

/** A writer that can be drained at exit. */
export interface Drainable {
  /**
   * Write what is queued, with nothing to wait for. Must not throw.
   *
   * @param timeLeftMs how much time there is, negative when it is over
   */
  drainNow(timeLeftMs: () => number): void
}

/** The longest that the end of a process is held up. */
export const drainLimitMs = 2_000
const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
type EndingSignal = (typeof signals)[number]

/** Two copies of this package in one process must not each take the other for the program's own listener. */
const mark = Symbol.for('contrail.exitDrain')
const live = new Set<Drainable>()
const listeners = new Map<EndingSignal, () => void>()

/**
 * Have something drained when the process ends in the middle of it: at `process.exit()`, after an uncaught exception or
 * an unhandled rejection, at a natural end, and at SIGTERM, SIGINT or SIGHUP where the program does not listen itself.
 *
 * The process ends as it would without us. A signal is sent again once everything is drained, and takes its default
 * action. Where the program listens to the signal, it has decided that the signal does not end it at once: nothing is done,
 * writing goes on, and the end comes as `exit` or as the signal again. What has no listener of ours: SIGKILL, `abort()`
 * and other signals. The listeners are there only as long as there is something that could be drained.
 *
 * @returns takes it off the list
 */
export function drainAtExit(drainable: Drainable): () => void {
  if (live.size === 0) listen()
  live.add(drainable)
  return () => {
    if (live.delete(drainable) && live.size === 0) stopListening()
  }
}

/** Drain everything on the list, and take it off. All together have one limit of time. */
export function drainAll(): void {
  const endMs = systemClock.monotonicMs() + drainLimitMs
  const timeLeftMs = (): number => endMs - systemClock.monotonicMs()
  for (const drainable of live) drainable.drainNow(timeLeftMs)
  live.clear()
  stopListening()
}

function listen(): void {
  process.on('exit', drainAll)
  // A signal without a listener never ends pid 1, e.g. of a container; to it the signal must stay what it was.
  if (process.pid === 1) return
  for (const signal of signals) {
    const listener = (): void => endWith(signal)
    Object.defineProperty(listener, mark, { value: true })
    listeners.set(signal, listener)
    // First, so that `once` listeners of the program, which are gone before they are called, are still seen.
    process.prependListener(signal, listener)
  }
}

function stopListening(): void {
  process.off('exit', drainAll)
  for (const signal of signals) stopListeningTo(signal)
}

function stopListeningTo(signal: EndingSignal): void {
  const listener = listeners.get(signal)
  if (listener) process.off(signal, listener)
  listeners.delete(signal)
}

function endWith(signal: EndingSignal): void {
  if (isHandledByProgram(signal)) return
  drainAll()
  process.kill(process.pid, signal)
}

/** The listeners of the library signal-exit do not count: like ours they send the signal again when nobody else listens. */
function isHandledByProgram(signal: EndingSignal): boolean {
  const others = process.listeners(signal).filter((listener) => !(mark in listener))
  return others.length > signalExitListeners()
}

/** Each of its versions counts its listeners per signal where every copy of it finds the count. */
function signalExitListeners(): number {
  const emitters = [
    Reflect.get(globalThis, Symbol.for('signal-exit emitter')),
    Reflect.get(process, '__signal_exit_emitter__'),
  ] as ({ count?: unknown } | undefined)[]
  return emitters.reduce((total, emitter) => total + (typeof emitter?.count === 'number' ? emitter.count : 0), 0)
}
