import type { Clock, ListenerErrorHandler } from '@contrail/core'
import type { EnvironmentLevel } from '../environment/options.ts'
import type { PaintTools } from '../secrets/painted-screenshot.ts'
import type { ProbeOptions } from '../probe/options.ts'

/** The options of every capture. All of it is optional. */
export interface CaptureOptions {
  /** Budget of an aria tree in tokens of 4 characters. Default: `VERIFIER_ARIATREE_TOKEN_BUDGET`, else 8,000. */
  budgetTokens?: number | undefined
  /**
   * The time of the page that its whole aria tree may take, in ms, default 300. Where it would take longer the tree is that of what
   * the window shows, and is marked `partial`.
   */
  treeLimitMs?: number | undefined
  /**
   * Give what paints over fields for secrets in pictures. It is asked when there is something to paint, or soon may be (a field
   * for a secret whose text can be read is empty); without it such a picture is not kept.
   */
  images?: PaintTools | undefined
  /** Hard limit of one probe, and of one delivery to the sink, in ms. Default 10,000. */
  timeoutMs?: number | undefined
  /**
   * Paint over fields for passwords, one-time codes and cards in probe frames, and leave their values out of aria trees, titles,
   * addresses and tool results. Default true. Steps that type into such a field are marked `sensitive` either way.
   */
  mask?: boolean | undefined
  /** When the page is looked at. Default: while the agent thinks, `{ mode: 'overlap', barrierMs: 2000 }`. */
  probe?: ProbeOptions | undefined
  /**
   * The part of what the page does by itself that is recorded: its requests that fail, its errors, its navigations and
   * tabs. Default `errors`; `all` has every answer and every line on the console, `off` nothing.
   */
  environment?: EnvironmentLevel | undefined
  clock?: Clock | undefined
  /** Gives the id of a turn that was given none. Default: `turn-<uuid>`. */
  createId?: (() => string) | undefined
  /** Hears when the sink throws, rejects or hangs. Default `console.warn`. */
  onFailure?: ListenerErrorHandler | undefined
}

/** Every name of an option of a capture; `maskAgentFrames` is one of those that give frames to a model. */
export const captureOptionNames: readonly (keyof CaptureOptions | 'maskAgentFrames')[] = [
  'budgetTokens',
  'treeLimitMs',
  'images',
  'timeoutMs',
  'mask',
  'probe',
  'environment',
  'clock',
  'createId',
  'onFailure',
  'maskAgentFrames',
]
